#include "record/stopwatch_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace sciwright::record {
namespace {

constexpr std::array<std::string_view, 3> kMarks = {"start", "stop", "event"};

/// Names this start of the machine; the same in all its processes.
std::string boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

/// Nanoseconds of a clock; none of them reaches the year 2100.
std::int64_t clock_ns(const Json& line, const char* key) {
  constexpr std::uint64_t kMost = 4'102'444'800'000'000'000;
  const Json& value = line.at(key);
  // The parser takes a whole number without a sign as unsigned, one that a program made as signed.
  const bool is_whole = value.is_number_integer() && (value.is_number_unsigned() || value >= 0);
  if (!is_whole || value.get<std::uint64_t>() > kMost) {
    throw usage_error(fmt::format("{} is {}, expected nanoseconds", key, value.dump()));
  }
  return value.get<std::int64_t>();
}

/// What is wrong with a line, or nothing and the line.
std::string parse_line(std::string_view text, TimerLine& out) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object()) return "is no whole JSON object";
  try {
    const std::string mark = line.at("mark");
    const auto* known = std::find(kMarks.begin(), kMarks.end(), mark);
    if (known == kMarks.end()) {
      return fmt::format("mark is '{}', expected start, stop or event", mark);
    }
    out.mark = static_cast<TimerMark>(known - kMarks.begin());
    line.at("name").get_to(out.name);
    line.at("by").get_to(out.by);
    line.at("boot").get_to(out.boot);
    out.steady_ns = clock_ns(line, "steady_ns");
    out.utc_ns = clock_ns(line, "utc_ns");
    out.status = line.value("status", "ok");
    if (line.contains("message")) out.message = line["message"].get<std::string>();
    out.values = line.value("values", Json());
  } catch (const Json::exception& error) {
    return fmt::format("lacks a member or has another type: {}", error.what());
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// An interval that runs, with what its stop must be held against.
struct Open {
  std::size_t index;
  TimerLine start;
};

/// Intervals while the lines of a file are read one after another.
class Fold final {
 public:
  /// Takes a line; returns what is wrong with it, or nothing.
  std::string take(TimerLine line) {
    const auto [it, is_new] = threads_.try_emplace(line.by, static_cast<int>(threads_.size()));
    if (line.mark == TimerMark::kStop) return stop(line);
    Interval& interval = intervals_.emplace_back();
    interval.name = line.name;
    interval.thread_index = it->second;
    interval.depth = static_cast<int>(std::count_if(
        open_.begin(), open_.end(), [&](const Open& o) { return o.start.by == line.by; }));
    interval.start_utc_ns = line.utc_ns;
    interval.message = line.message;
    interval.values = line.values;
    if (line.mark == TimerMark::kEvent) {
      interval.kind = IntervalKind::kEvent;
      interval.duration_ns = 0;
      interval.status = line.status;
    } else {
      open_.push_back({intervals_.size() - 1, std::move(line)});
    }
    return {};
  }

  std::vector<Interval> intervals() && {
    std::stable_sort(
        intervals_.begin(), intervals_.end(),
        [](const Interval& a, const Interval& b) { return a.start_utc_ns < b.start_utc_ns; });
    return std::move(intervals_);
  }

 private:
  std::string stop(const TimerLine& line) {
    auto found = open_.rend();
    for (auto it = open_.rbegin(); it != open_.rend(); ++it) {
      if (it->start.name != line.name) continue;
      if (found == open_.rend()) found = it;
      if (it->start.by == line.by) {
        found = it;
        break;
      }
    }
    if (found == open_.rend()) {
      return fmt::format("timer '{}' is stopped, but does not run", line.name);
    }
    const TimerLine start = std::move(found->start);
    Interval& interval = intervals_[found->index];
    open_.erase(std::next(found).base());
    interval.status = line.status;
    if (line.message) interval.message = line.message;
    if (!line.values.is_null()) interval.values = line.values;
    const std::int64_t ns =
        start.boot == line.boot ? line.steady_ns - start.steady_ns : line.utc_ns - start.utc_ns;
    if (ns >= 0) {
      interval.duration_ns = ns;
      return {};
    }
    return fmt::format("timer '{}' is stopped {:.3f} s before it was started; it has no duration",
                       line.name, static_cast<double>(-ns) * 1e-9);
  }

  std::map<std::string, int> threads_;
  std::vector<Interval> intervals_;
  std::vector<Open> open_;
};

}  // namespace

TimerLine timer_line(TimerMark mark, std::string name, std::string by, const Clock& clock) {
  if (name.empty()) throw usage_error("a timer needs a name that is not empty");
  return {.mark = mark,
          .name = std::move(name),
          .by = std::move(by),
          .boot = boot_id(),
          .steady_ns = clock.steady_ns(),
          .utc_ns = clock.utc_ns(),
          .message = {},
          .values = nullptr};
}

std::string timer_line_text(const TimerLine& line) {
  Json out = {{"mark", kMarks[static_cast<std::size_t>(line.mark)]},
              {"name", line.name},
              {"by", line.by},
              {"boot", line.boot},
              {"steady_ns", line.steady_ns},
              {"utc_ns", line.utc_ns}};
  if (line.mark != TimerMark::kStart) out["status"] = line.status;
  if (line.message) out["message"] = *line.message;
  if (!line.values.is_null()) out["values"] = line.values;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<Interval> parse_stopwatch_file(std::string_view text, Problems& problems) {
  Fold fold;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    TimerLine parsed;
    std::string wrong = parse_line(line, parsed);
    if (wrong.empty()) wrong = fold.take(std::move(parsed));
    if (!wrong.empty()) problems.push_back(fmt::format("line {}: {}", number, wrong));
  }
  return std::move(fold).intervals();
}

}  // namespace sciwright::record
