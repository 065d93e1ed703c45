#include "record/timers_csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/clock.h"
#include "record/bounded_json.h"
#include "record/csv_record.h"
#include "record/utc_stamp.h"

namespace sciwright::record {
namespace {

constexpr std::string_view kHeader =
    "session,thread,depth,name,kind,status,start_utc,duration_s,message,values";
constexpr std::size_t kNumColumns = 10;
constexpr std::string_view kKindNames[] = {"interval", "event", "gap"};

std::string seconds(std::int64_t ns) {
  return fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", std::abs(ns) / kNsPerSecond,
                     std::abs(ns) % kNsPerSecond);
}

std::string row(const Interval& i) {
  return csv_record({fmt::to_string(i.session), fmt::to_string(i.thread_index),
                     fmt::to_string(i.depth), i.name,
                     std::string(kKindNames[static_cast<int>(i.kind)]), i.status,
                     utc_iso8601(i.start_utc_ns, 9), i.duration_ns ? seconds(*i.duration_ns) : "",
                     i.message.value_or(""), i.values.is_null() ? "" : i.values.dump()});
}

template <class Number>
bool parse_number(const std::string& text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end;
}

/// What is wrong with a row, or nothing and the interval.
std::string parse_row(const std::vector<std::string>& fields, Interval& out) {
  if (fields.size() != kNumColumns) {
    return fmt::format("has {} fields, expected {}", fields.size(), kNumColumns);
  }
  if (!parse_number(fields[0], out.session) || !parse_number(fields[1], out.thread_index) ||
      !parse_number(fields[2], out.depth)) {
    return "session, thread and depth must be whole numbers";
  }
  out.name = fields[3];
  const auto* kind = std::find(std::begin(kKindNames), std::end(kKindNames), fields[4]);
  if (kind == std::end(kKindNames)) {
    return fmt::format("kind is '{}', expected interval, event or gap", fields[4]);
  }
  out.kind = static_cast<IntervalKind>(kind - std::begin(kKindNames));
  out.status = fields[5];
  const auto start = parse_utc_stamp(fields[6]);
  if (!start) return fmt::format("start_utc is '{}', expected an ISO 8601 stamp", fields[6]);
  out.start_utc_ns = *start;
  if (double duration_s = 0; !fields[7].empty()) {
    if (!parse_number(fields[7], duration_s)) {
      return fmt::format("duration_s is '{}', expected a number", fields[7]);
    }
    out.duration_ns = std::llround(duration_s * static_cast<double>(kNsPerSecond));
  }
  if (!fields[8].empty()) out.message = fields[8];
  if (fields[9].empty()) return {};
  out.values = parse_bounded_json(fields[9]);
  return out.values.is_discarded() ? "values are no JSON" : "";
}

/// The rows of a table; a later row of an interval that ran takes the place of the earlier one.
class Rows final {
 public:
  void add(Interval interval) {
    const Key key(interval.session, interval.thread_index, interval.depth, interval.start_utc_ns,
                  interval.name);
    const auto known = running_.find(key);
    const std::size_t index = known == running_.end() ? intervals.size() : known->second;
    if (interval.duration_ns) {
      running_.erase(key);
    } else {
      running_[key] = index;
    }
    if (index == intervals.size()) intervals.emplace_back();
    intervals[index] = std::move(interval);
  }

  std::vector<Interval> intervals = {};

 private:
  using Key = std::tuple<int, int, int, std::int64_t, std::string>;
  std::map<Key, std::size_t> running_ = {};
};

}  // namespace

std::string timers_csv(const std::vector<Interval>& intervals) {
  std::string out(kHeader);
  out += '\n';
  for (const Interval& interval : intervals) out += row(interval) + '\n';
  return out;
}

std::vector<Interval> parse_timers_csv(std::string_view text, Problems& problems) {
  if (text.substr(0, text.find_first_of("\r\n")) != kHeader) {
    problems.push_back(fmt::format("does not begin with the header {}", kHeader));
    return {};
  }
  const bool is_cut = !text.ends_with('\n');
  Rows rows;
  take_csv_record(text);
  for (int row_number = 1; !text.empty(); ++row_number) {
    Interval interval;
    const std::string wrong = parse_row(take_csv_record(text), interval);
    if (wrong.empty()) {
      rows.add(std::move(interval));
    } else if (!is_cut || !text.empty()) {
      problems.push_back(fmt::format("row {}: {}", row_number, wrong));
    }
  }
  return std::move(rows.intervals);
}

std::vector<Interval> read_timers(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  Problems problems;
  std::vector<Interval> intervals = parse_timers_csv(read_file(path), problems);
  for (std::string& problem : problems) problem = path.string() + ": " + problem;
  throw_if_any(problems);
  return intervals;
}

TimersFile::TimersFile(std::filesystem::path path, std::function<std::vector<Interval>()> all)
    : path_(std::move(path)), all_(std::move(all)) {}

void TimersFile::save(const Interval& changed) {
  const std::lock_guard lock(mutex_);
  // After a failed write, which may leave half a row, the next change writes a whole new file.
  if (std::unique_ptr<AppendFile> file = std::move(file_)) {
    Interval own = changed;
    own.session = session_;
    file->append_line(row(own));
    file_ = std::move(file);
    return;
  }
  const std::vector<Interval> all = all_();
  session_ = all.back().session;
  write_timers(path_, all);
  file_ = std::make_unique<AppendFile>(path_);
}

void TimersFile::finish() {
  const std::lock_guard lock(mutex_);
  file_.reset();
  write_timers(path_, all_());
}

void write_timers(const std::filesystem::path& path, const std::vector<Interval>& intervals) {
  write_file_atomic(path, timers_csv(intervals));
}

}  // namespace sciwright::record
