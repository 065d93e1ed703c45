#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include "record/mllog.h"
#include "record/stopwatch.h"

namespace sciwright::record {

/// Which timers also go to the MLCommons log, and under what key: "Total" → "run" logs run_start
/// and run_stop. Timers that are not listed are timed only.
using MllogKeys = std::map<std::string, std::string, std::less<>>;

/// Times the phases of a run and logs them, so that the timer table and the MLCommons log cannot
/// disagree. Threads may share it. The stopwatch and the log must outlive it.
class Phases final {
 public:
  /// `mllog` may be null: then phases are only timed. `on_change` gets the interval after every
  /// start, note and stop, for example to save it.
  Phases(Stopwatch& stopwatch, MllogWriter* mllog, MllogKeys keys,
         std::function<void(const Interval&)> on_change = {});

  void start(std::string_view timer, const Json& metadata = Json::object(),
             std::source_location where = std::source_location::current());

  /// Throws as Stopwatch::stop(). A stopped "run" carries the metadata `status`: "success", or
  /// "aborted" when not `ok`.
  void stop(std::string_view timer, bool ok = true, const Json& metadata = Json::object(),
            std::source_location where = std::source_location::current());

  /// Adds values to the newest interval of a timer on this thread; they are not logged.
  void note(std::string_view timer, Json values);

  /// Tells that the run ends here and will be resumed: phases that stop from now on are timed as
  /// "interrupted" and not logged, since the next session goes on with them.
  void interrupt() { interrupted_ = true; }

 private:
  void tell(std::string_view timer);
  void log_stop(std::string_view timer, bool ok, const Json& metadata, std::source_location where);

  Stopwatch& stopwatch_;
  MllogWriter* mllog_;
  const MllogKeys keys_;
  const std::function<void(const Interval&)> on_change_;
  std::atomic<bool> interrupted_ = false;
};

/// One phase as a block: stopped at the end of the scope, failed when an exception passes.
class Phase final {
 public:
  Phase(Phases& phases, std::string_view timer, Json metadata = Json::object(),
        std::source_location where = std::source_location::current());
  ~Phase();
  /// It will stop as failed, although no exception passes.
  void fail() { failed_ = true; }
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;

 private:
  Phases& phases_;
  const std::string timer_;
  const Json metadata_;
  const std::source_location where_;
  const int num_exceptions_;
  bool failed_ = false;
};

}  // namespace sciwright::record
