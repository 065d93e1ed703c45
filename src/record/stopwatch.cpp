#include "record/stopwatch.h"

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::record {
namespace {

constexpr std::size_t kChunkSize = 1024;
constexpr std::int64_t kRunning = std::numeric_limits<std::int64_t>::min();

/// Numbers for stopwatches and threads that are never used twice, unlike addresses and thread ids.
std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> counter{0};
  return ++counter;
}

std::uint64_t thread_serial() {
  thread_local const std::uint64_t serial = next_serial();
  return serial;
}

}  // namespace

/// What start() and stop() write. A record becomes visible to other threads with the log's size,
/// its end with `stop_ns`; so neither needs a lock.
struct Stopwatch::Record {
  std::int64_t start_ns = 0;
  std::atomic<std::int64_t> stop_ns{kRunning};
  TimerId timer{};
  std::int32_t depth = 0;
  bool ok = false;
  bool is_event = false;
};

/// A thread's own dictionary of the names it has used: open addressing, at most half full. It is
/// what makes start("name") about as cheap as start(id).
class Stopwatch::NameTable {
 public:
  std::optional<TimerId> find(std::string_view name) const {
    const std::size_t hash = std::hash<std::string_view>()(name);
    for (std::size_t i = hash & mask_; entries_[i].name.data() != nullptr; i = (i + 1) & mask_) {
      if (entries_[i].hash == hash && entries_[i].name == name) return entries_[i].timer;
    }
    return {};
  }

  /// `name` must outlive the table and must not be in it.
  void insert(std::string_view name, TimerId timer) {
    if (2 * (size_ + 1) > entries_.size()) grow();
    place({name, std::hash<std::string_view>()(name), timer});
    ++size_;
  }

 private:
  struct Entry {
    std::string_view name;
    std::size_t hash = 0;
    TimerId timer{};
  };

  void place(const Entry& entry) {
    std::size_t i = entry.hash & mask_;
    while (entries_[i].name.data() != nullptr) i = (i + 1) & mask_;
    entries_[i] = entry;
  }

  void grow() {
    const std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(2 * entries_.size()));
    mask_ = entries_.size() - 1;
    for (const Entry& entry : old) {
      if (entry.name.data() != nullptr) place(entry);
    }
  }

  std::vector<Entry> entries_ = std::vector<Entry>(64);
  std::size_t mask_ = 63;
  std::size_t size_ = 0;
};

struct Stopwatch::Note {
  std::optional<std::string> status;
  std::optional<std::string> message;
  Json values;
};

/// One thread's records. Only its thread writes; `chunks` grows under the stopwatch's mutex.
struct Stopwatch::ThreadLog {
  std::uint64_t thread = 0;
  int thread_index = 0;
  std::atomic<std::size_t> size{0};
  std::vector<std::unique_ptr<std::array<Record, kChunkSize>>> chunks;
  Record* next = nullptr;  ///< Where the next record goes, up to `chunk_end`.
  Record* chunk_end = nullptr;
  std::vector<Record*> open;
  NameTable ids;
  std::map<std::size_t, Note> notes;

  Record& record(std::size_t index) const {
    return (*chunks[index / kChunkSize])[index % kChunkSize];
  }
};

Stopwatch::Stopwatch(Clock clock)
    : clock_(std::move(clock)),
      origin_steady_ns_(clock_.steady_ns()),
      origin_utc_ns_(clock_.utc_ns()),
      serial_(next_serial()) {}

Stopwatch::~Stopwatch() = default;

Stopwatch::ThreadLog& Stopwatch::log() {
  thread_local std::uint64_t cached_serial = 0;
  thread_local ThreadLog* cached_log = nullptr;
  if (cached_serial != serial_) {
    cached_log = &add_log();
    cached_serial = serial_;
  }
  return *cached_log;
}

Stopwatch::ThreadLog& Stopwatch::add_log() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t thread = thread_serial();
  for (const auto& log : logs_) {
    if (log->thread == thread) return *log;
  }
  logs_.push_back(std::make_unique<ThreadLog>());
  logs_.back()->thread = thread;
  logs_.back()->thread_index = static_cast<int>(logs_.size()) - 1;
  return *logs_.back();
}

TimerId Stopwatch::id(std::string_view name) {
  ThreadLog& own = log();
  if (const auto known = own.ids.find(name)) return *known;
  const std::lock_guard lock(mutex_);
  auto it = ids_.find(name);
  if (it == ids_.end()) {
    const TimerId timer{static_cast<std::uint32_t>(names_.size())};
    it = ids_.emplace(names_.emplace_back(name), timer).first;
  }
  own.ids.insert(it->first, it->second);
  return it->second;
}

void Stopwatch::add_chunk(ThreadLog& log) {
  auto chunk = std::make_unique<std::array<Record, kChunkSize>>();
  log.next = chunk->data();
  log.chunk_end = log.next + kChunkSize;
  const std::lock_guard lock(mutex_);
  log.chunks.push_back(std::move(chunk));
}

Stopwatch::Record& Stopwatch::append(ThreadLog& log, TimerId timer) {
  if (log.next == log.chunk_end) add_chunk(log);
  Record& record = *log.next++;
  record.timer = timer;
  record.depth = static_cast<std::int32_t>(log.open.size());
  return record;
}

void Stopwatch::start(TimerId timer) {
  ThreadLog& own = log();
  Record& record = append(own, timer);
  own.open.push_back(&record);
  record.start_ns = clock_.steady_ns();  // last, so that the bookkeeping is not measured
  own.size.store(own.size.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

bool Stopwatch::stop_if_running(TimerId timer, bool ok) noexcept {
  const std::int64_t now_ns = clock_.steady_ns();
  std::vector<Record*>& open = log().open;
  for (auto it = open.rbegin(); it != open.rend(); ++it) {
    if ((*it)->timer != timer) continue;
    (*it)->ok = ok;
    (*it)->stop_ns.store(now_ns, std::memory_order_release);
    open.erase(std::next(it).base());
    return true;
  }
  return false;
}

void Stopwatch::stop(TimerId timer, bool ok) {
  if (stop_if_running(timer, ok)) return;
  const std::lock_guard lock(mutex_);
  throw Error(ErrorKind::kFailure,
              fmt::format("timer '{}' is stopped, but this thread has not started it",
                          names_.at(static_cast<std::size_t>(timer))));
}

void Stopwatch::event(std::string_view name, std::optional<std::string> message, Json values) {
  ThreadLog& own = log();
  Record& record = append(own, id(name));
  record.start_ns = clock_.steady_ns();
  record.is_event = true;
  record.ok = true;
  record.stop_ns.store(record.start_ns, std::memory_order_release);
  const std::size_t index = own.size.load(std::memory_order_relaxed);
  own.size.store(index + 1, std::memory_order_release);
  if (!message && values.is_null()) return;
  const std::lock_guard lock(mutex_);
  own.notes[index] = {{}, std::move(message), std::move(values)};
}

std::size_t Stopwatch::newest_index(std::string_view name) {
  const TimerId timer = id(name);
  const ThreadLog& own = log();
  for (std::size_t i = own.size.load(std::memory_order_relaxed); i-- > 0;) {
    if (own.record(i).timer == timer) return i;
  }
  throw Error(ErrorKind::kFailure,
              fmt::format("timer '{}' was never started on this thread", name));
}

void Stopwatch::annotate(std::string_view name, const std::function<void(Note&)>& change) {
  const std::size_t index = newest_index(name);
  ThreadLog& own = log();
  const std::lock_guard lock(mutex_);
  change(own.notes[index]);
}

void Stopwatch::set_status(std::string_view name, std::string status) {
  annotate(name, [&](Note& note) { note.status = std::move(status); });
}

void Stopwatch::set_message(std::string_view name, std::string message) {
  annotate(name, [&](Note& note) { note.message = std::move(message); });
}

void Stopwatch::set_values(std::string_view name, Json values) {
  annotate(name, [&](Note& note) { note.values = std::move(values); });
}

Interval Stopwatch::interval(const ThreadLog& log, std::size_t index, const Record& record) const {
  Interval out;
  out.name = names_[static_cast<std::size_t>(record.timer)];
  out.kind = record.is_event ? IntervalKind::kEvent : IntervalKind::kInterval;
  out.thread_index = log.thread_index;
  out.depth = record.depth;
  out.start_utc_ns = origin_utc_ns_ + (record.start_ns - origin_steady_ns_);
  const std::int64_t stop_ns = record.stop_ns.load(std::memory_order_acquire);
  if (stop_ns != kRunning) {
    out.duration_ns = stop_ns - record.start_ns;
    out.status = record.ok ? "ok" : "failed";
  }
  if (const auto it = log.notes.find(index); it != log.notes.end()) {
    if (it->second.status) out.status = *it->second.status;
    out.message = it->second.message;
    out.values = it->second.values;
  }
  return out;
}

Interval Stopwatch::newest(std::string_view name) {
  const std::size_t index = newest_index(name);
  const ThreadLog& own = log();
  const std::lock_guard lock(mutex_);
  return interval(own, index, own.record(index));
}

std::vector<Interval> Stopwatch::intervals() const {
  const std::lock_guard lock(mutex_);
  std::vector<Interval> all;
  for (const auto& log : logs_) {
    const std::size_t size = log->size.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < size; ++i) all.push_back(interval(*log, i, log->record(i)));
  }
  std::stable_sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) {
    return a.start_utc_ns < b.start_utc_ns;
  });
  return all;
}

std::optional<TimerId> Stopwatch::known_id(std::string_view name) const {
  const auto it = ids_.find(name);
  return it == ids_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<Interval> Stopwatch::last(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::optional<Interval> newest;
  const std::optional<TimerId> timer = known_id(name);
  for (const auto& log : logs_) {
    for (std::size_t i = timer ? log->size.load(std::memory_order_acquire) : 0; i-- > 0;) {
      const Record& record = log->record(i);
      if (record.timer != *timer) continue;
      Interval found = interval(*log, i, record);
      if (!newest || found.start_utc_ns > newest->start_utc_ns) newest = std::move(found);
      break;
    }
  }
  return newest;
}

std::int64_t Stopwatch::sum_ns(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::int64_t sum = 0;
  const std::optional<TimerId> timer = known_id(name);
  for (const auto& log : logs_) {
    const std::size_t size = timer ? log->size.load(std::memory_order_acquire) : 0;
    for (std::size_t i = 0; i < size; ++i) {
      const Record& record = log->record(i);
      if (record.timer != *timer) continue;
      const std::int64_t stop_ns = record.stop_ns.load(std::memory_order_acquire);
      if (stop_ns != kRunning) sum += stop_ns - record.start_ns;
    }
  }
  return sum;
}

TimedBlock::TimedBlock(Stopwatch& stopwatch, TimerId timer)
    : stopwatch_(stopwatch), timer_(timer), num_exceptions_(std::uncaught_exceptions()) {
  stopwatch_.start(timer_);
}

TimedBlock::~TimedBlock() {
  stopwatch_.stop_if_running(timer_, std::uncaught_exceptions() == num_exceptions_);
}

}  // namespace sciwright::record
