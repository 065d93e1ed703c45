#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "jobs/launcher.h"
#include "tuning/event_log.h"
#include "tuning/halving.h"
#include "tuning/tuned_study.h"

namespace sciwright::tuning {

/// How a worker works.
struct WorkerOptions {
  std::size_t num_places = 1;     ///< Trials at the same time.
  std::uint64_t most_starts = 0;  ///< Starts no more than this; 0: no limit.
  double last_start_s = 0;        ///< Starts nothing after so long; 0: no limit.
  double lease_s = 900;           ///< A worker of another host that shows no sign of life
                                  ///< for so long is lost, and its trials with it.
};

/// What a worker acts on.
struct WorkerEnvironment {
  jobs::Launcher& launcher;
  Clock clock;
  Worker self;
  std::function<bool()> stop = {};                    ///< Asked at every turn.
  std::function<void(const std::string&)> tell = {};  ///< A line for people.
};

/// What a worker did.
struct WorkerReport {
  std::uint64_t num_started = 0;
  std::uint64_t num_ended = 0;
  bool is_done = false;            ///< Nothing is left to do, for anybody.
  bool has_whole_manifest = true;  ///< False: somebody held its lock all the time.
};

/// Takes trials of a study, runs them with a launcher and writes down how they ended. Any number
/// may work on one study, from any host that shares its file system; each may be killed at any
/// moment. What it runs goes on then, and its end is found by others in the job's record; what is
/// gone is released and started again.
class TuneWorker final {
 public:
  /// Both outlive the worker. Shows its first sign of life.
  TuneWorker(const TunedStudy& study, WorkerEnvironment& environment, WorkerOptions options = {});
  ~TuneWorker();
  TuneWorker(const TuneWorker&) = delete;
  TuneWorker& operator=(const TuneWorker&) = delete;

  /// One round: learn what happened, write down what ended, start what there is room for. False
  /// when this worker has nothing more to do.
  bool turn();

  /// Whether it runs anything, so that news may come at any moment.
  bool is_busy() const { return !own_.empty(); }

  /// After the last turn.
  WorkerReport finish();

  const TuneState& state() const { return state_; }

 private:
  using Place = std::pair<std::size_t, std::size_t>;  ///< Trial and rung.

  void catch_up();
  void settle_own();
  void settle_others();
  void settle(const Place& place, int attempt, const jobs::JobRecord& record);
  void write_down(const Event& event);
  void fill_places();
  bool may_start() const;
  std::optional<Event> start_event(const Step& step);
  void launch(const Event& start);
  void stop_own();
  bool is_lost(const RungState& state, const jobs::JobRecord& record) const;
  double age_s(const std::filesystem::path& path) const;
  std::filesystem::path sign_of_life(const Worker& worker) const;
  std::filesystem::path folder_of(const RungState& state) const;
  Event event_of(Event::Kind kind, const Place& place, int attempt) const;
  void tell(const std::string& text) const;

  const TunedStudy& study_;
  WorkerEnvironment& environment_;
  const WorkerOptions options_;
  const std::int64_t started_ns_;
  EventLog log_;
  TuneState state_;
  std::map<Place, jobs::Handle> own_;  ///< What this worker runs.
  WorkerReport report_;
  bool is_stopping_ = false;
  bool is_exhausted_ = false;  ///< No other combination is left.
  Step step_ = {Step::Kind::kWait, 0, 0};
  std::int64_t looked_ns_ = 0;  ///< When the others were last looked at.
  std::int64_t signed_ns_ = 0;  ///< When the last sign of life was given.
  std::int64_t listed_ns_ = 0;  ///< When the manifest was last written.
};

}  // namespace sciwright::tuning
