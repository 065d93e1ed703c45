#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "energy/report.h"
#include "energy/sampler.h"
#include "record/intervals.h"
#include "record/mllog.h"
#include "record/run_dir.h"
#include "record/trace_events.h"

namespace sciwright::bench {

/// Measures the energy of a run beside it, into its energy.csv. A resumed run appends a session. No
/// failure in here ends a run: it becomes a problem of the report.
class RunEnergy final {
 public:
  /// Starts to sample when there is a sensor; `delay_s` 0 measures nothing.
  RunEnergy(const record::RunPaths& paths, double delay_s, const Clock& clock);

  /// Stops, reads all sessions back, counts the joules of the intervals and draws plots/energy_*.
  void finish(const std::vector<record::Interval>& intervals);

  /// `energy` of result.json; with joules null and the reason where nothing was measured.
  const energy::Json& report() const { return report_; }

  /// The most memory that was in use on the GPUs; nothing where no sample tells.
  std::optional<std::int64_t> gpu_memory_bytes() const { return gpu_memory_bytes_; }

  /// Power by device, for trace.json.
  const std::vector<record::CounterTrack>& tracks() const { return tracks_; }

  /// Writes the joules of each epoch, and of the run, to the MLCommons log; nothing that was not
  /// measured.
  void log(record::MllogWriter& mllog) const;

 private:
  record::RunPaths paths_;
  std::unique_ptr<energy::BackgroundSampler> sampler_;
  std::vector<energy::UnreadDevice> unread_;
  Problems remarks_;
  energy::Json report_;
  std::optional<std::int64_t> gpu_memory_bytes_;
  std::vector<record::CounterTrack> tracks_;
};

}  // namespace sciwright::bench
