#pragma once

#include "energy/gpu_choice.h"
#include "energy/power_source.h"
#include "energy/trace.h"

namespace sciwright::energy {

/// The trace without the GPUs that are not chosen.
Trace only_chosen(const Trace& trace, const GpuChoice& choice);

/// A recorded trace as a source, for tests and teaching: each question gets the next recorded
/// moment with its own time; after the last one the devices do not answer any more.
class ReplaySource final : public PowerSource {
 public:
  explicit ReplaySource(Trace trace);

  const std::vector<Device>& devices() const override { return trace_.devices; }
  std::vector<Reading> read(std::int64_t steady_ns) override;

  /// How many questions get an answer.
  std::int64_t num_moments() const { return static_cast<std::int64_t>(moments_.size()); }

 private:
  Trace trace_;
  std::vector<std::vector<std::size_t>> moments_;  ///< Indices of the samples of each.
  std::size_t next_ = 0;
};

}  // namespace sciwright::energy
