#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "record/intervals.h"

namespace sciwright::record {

/// A name that one Stopwatch knows, for the hot path.
enum class TimerId : std::uint32_t {};

/// Named intervals on the monotonic clock. Any thread may use it at any time: each writes to
/// storage of its own, so threads do not wait for each other, and a report may be taken while
/// others measure. An interval belongs to the thread that started it, and intervals nest: stop()
/// ends the newest open one of its name. Every raw interval is kept (32 bytes each).
class Stopwatch final {
 public:
  explicit Stopwatch(Clock clock);
  ~Stopwatch();
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

  /// The id of a name, new or known. Take it out of loops that are measured finely.
  TimerId id(std::string_view name);

  void start(TimerId timer);
  void start(std::string_view name) { start(id(name)); }

  /// Ends the newest open interval of this name on this thread. Throws a failure that names the
  /// timer when there is none.
  void stop(TimerId timer, bool ok = true);
  void stop(std::string_view name, bool ok = true) { stop(id(name), ok); }

  /// As stop(), but says whether there was anything to stop instead of throwing.
  bool stop_if_running(TimerId timer, bool ok) noexcept;

  /// A moment: an interval of length 0 with a message and values.
  void event(std::string_view name, std::optional<std::string> message = {}, Json values = nullptr);

  /// Notes on this thread's newest interval of the name, open or ended. Each throws a failure that
  /// names the timer when the thread has none.
  void set_status(std::string_view name, std::string status);
  void set_message(std::string_view name, std::string message);
  void set_values(std::string_view name, Json values);

  /// The interval that those would note on. Throws as they do.
  Interval newest(std::string_view name);

  /// Everything measured so far by all threads, ordered by start. Running intervals are included.
  std::vector<Interval> intervals() const;

  /// The interval of a name that any thread started last; nothing without one.
  std::optional<Interval> last(std::string_view name) const;

  /// The time of all ended intervals of a name.
  std::int64_t sum_ns(std::string_view name) const;

 private:
  class NameTable;
  struct Record;
  struct Note;
  struct ThreadLog;

  ThreadLog& log();
  ThreadLog& add_log();
  Record& append(ThreadLog& log, TimerId timer);
  void add_chunk(ThreadLog& log);
  std::size_t newest_index(std::string_view name);
  void annotate(std::string_view name, const std::function<void(Note&)>& change);
  std::optional<TimerId> known_id(std::string_view name) const;
  Interval interval(const ThreadLog& log, std::size_t index, const Record& record) const;

  const Clock clock_;
  const std::int64_t origin_steady_ns_;
  const std::int64_t origin_utc_ns_;
  const std::uint64_t serial_;
  mutable std::mutex mutex_;  ///< Guards what follows and each log's list of chunks and notes.
  std::deque<std::string> names_;
  std::map<std::string_view, TimerId> ids_;
  std::vector<std::unique_ptr<ThreadLog>> logs_;
};

/// Measures a block: starts now, stops at the end of the scope; marked failed when an exception
/// passes.
class TimedBlock final {
 public:
  TimedBlock(Stopwatch& stopwatch, TimerId timer);
  TimedBlock(Stopwatch& stopwatch, std::string_view name)
      : TimedBlock(stopwatch, stopwatch.id(name)) {}
  ~TimedBlock();
  TimedBlock(const TimedBlock&) = delete;
  TimedBlock& operator=(const TimedBlock&) = delete;

 private:
  Stopwatch& stopwatch_;
  TimerId timer_;
  int num_exceptions_;
};

}  // namespace sciwright::record
