#include "jobs/job_record.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <simdjson.h>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"

namespace sciwright::jobs {
namespace {

namespace dom = simdjson::dom;

/// What a line of a record may have. Texts are those of the parser, until its next line.
struct RecordLine {
  std::string_view event, scheduler, utc, host, pid_start, boot, scheduler_id, kind;
  std::optional<int> pid, exit_code, signal;
  double time_limit_s = 0;
  int memory_mb = 0;
  bool was_terminated = false;
};

/// A value of another type counts as not there.
void take(dom::element value, std::string_view& text) {
  if (value.get(text) != simdjson::SUCCESS) text = {};
}

void take(dom::element value, double& number) {
  if (value.get(number) != simdjson::SUCCESS) number = 0;
}

void take(dom::element value, std::optional<int>& number) {
  std::int64_t whole = 0;
  if (value.get(whole) == simdjson::SUCCESS) number = static_cast<int>(whole);
}

void take_field(std::string_view key, dom::element value, RecordLine& line) {
  using Text = std::string_view RecordLine::*;
  constexpr std::array<std::pair<std::string_view, Text>, 8> kTexts = {{
      {"event", &RecordLine::event},
      {"scheduler", &RecordLine::scheduler},
      {"utc", &RecordLine::utc},
      {"host", &RecordLine::host},
      {"pid_start", &RecordLine::pid_start},
      {"boot", &RecordLine::boot},
      {"scheduler_id", &RecordLine::scheduler_id},
      {"kind", &RecordLine::kind},
  }};
  for (const auto& [name, member] : kTexts) {
    if (key == name) return take(value, line.*member);
  }
  if (key == "pid") return take(value, line.pid);
  if (key == "exit_code") return take(value, line.exit_code);
  if (key == "signal") return take(value, line.signal);
  if (key == "time_limit_s") return take(value, line.time_limit_s);
  if (key == "terminated") line.was_terminated = true;
  if (key == "memory_mb") {
    std::optional<int> number;
    take(value, number);
    line.memory_mb = number.value_or(0);
  }
}

/// Nothing for a line that is no JSON object.
std::optional<RecordLine> parse_line(dom::parser& parser, std::string_view text) {
  dom::object object;
  const bool copies = false;
  if (parser.parse(text.data(), text.size(), copies).get(object) != simdjson::SUCCESS) return {};
  RecordLine line;
  for (const auto& [key, value] : object) take_field(key, value, line);
  return line;
}

/// Seconds since 1970 of "YYYY-MM-DDTHH:MM:SS…Z"; 0 for another text.
double seconds_of(const std::string& utc) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  double second = 0;
  if (std::sscanf(utc.c_str(), "%d-%d-%dT%d:%d:%lf", &year, &month, &day, &hour, &minute,
                  &second) != 6) {
    return 0;
  }
  return 86400.0 * static_cast<double>(days_from_civil(year, month, day)) + 3600.0 * hour +
         60.0 * minute + second;
}

RecordedStart read_start(const RecordLine& line) {
  const std::string utc(line.utc);
  return {.utc = utc,
          .utc_s = seconds_of(utc),
          .host = std::string(line.host),
          .pid = line.pid.value_or(0),
          .pid_start = std::string(line.pid_start),
          .boot = std::string(line.boot),
          .scheduler_id = std::string(line.scheduler_id)};
}

/// The shell tells a signal as exit code 128 + number.
Ending read_ending(const RecordLine& line) {
  Ending ending{EndingKind::kFailure, line.exit_code, line.signal};
  constexpr int kFirstSignal = 129;
  constexpr int kLastSignal = 128 + 64;
  if (!ending.signal && ending.exit_code >= kFirstSignal && ending.exit_code <= kLastSignal) {
    ending.signal = *ending.exit_code - 128;
    ending.exit_code.reset();
  }
  if (ending.exit_code == 0) ending.kind = EndingKind::kSuccess;
  if (const auto kind = ending_named(line.kind)) ending.kind = *kind;
  return ending;
}

void read_line(const RecordLine& line, JobRecord& record) {
  if (line.event == "started") {
    record.scheduler = line.scheduler;
    record.start = read_start(line);
    record.time_limit_s = line.time_limit_s;
    record.memory_mb = line.memory_mb;
    record.ending.reset();
    record.was_terminated = false;
  } else if (line.event == "terminating") {
    record.was_terminated |= !record.ending;
  } else if (line.event == "ended") {
    record.ending = read_ending(line);
    record.ended_utc = line.utc;
    record.ended_utc_s = seconds_of(record.ended_utc);
    // Its shell may not have been told yet when the command dies of the same signal.
    record.was_terminated |= line.was_terminated || record.ending->signal == SIGTERM;
    if (record.start) record.elapsed_s = record.ended_utc_s - record.start->utc_s;
  }
}

/// The text has room for the parser behind its end.
JobRecord parse(const std::string& text) {
  JobRecord record{.claimed = true};
  dom::parser parser;
  std::string_view rest = text;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    if (const auto line = parse_line(parser, rest.substr(0, end))) read_line(*line, record);
    rest.remove_prefix(end + 1);
  }
  return record;
}

std::string with_room(std::string text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return text;
}

bool blames_the_job(EndingKind kind) {
  return kind == EndingKind::kSuccess || kind == EndingKind::kFailure || kind == EndingKind::kLost;
}

/// That a signal came need not be written down where every process of a job gets its own.
bool ended_after(const JobRecord& record, std::int64_t utc_ns) {
  return record.ended_utc_s > 1e-9 * static_cast<double>(utc_ns);
}

/// The end that the job itself wrote, and why, as far as the scheduler or the clock know.
JobStatus fold_ending(const JobRecord& record, const JobStatus& seen,
                      std::int64_t cancelled_utc_ns) {
  JobStatus status{JobState::kEnded, record.ending, seen.reason};
  Ending& ending = *status.ending;
  const bool was_cancelled = cancelled_utc_ns != 0;
  const bool is_success = ending.kind == EndingKind::kSuccess;
  const bool was_stopped =
      record.was_terminated || (was_cancelled && ended_after(record, cancelled_utc_ns));
  if ((is_success && !was_stopped) || (!is_success && ending.kind != EndingKind::kFailure)) {
    return status;
  }
  if (seen.ending && !blames_the_job(seen.ending->kind)) {
    ending.kind = seen.ending->kind;
  } else if (was_cancelled && (ending.signal || was_stopped)) {
    ending.kind = EndingKind::kCancelled;
  } else if (record.was_terminated && record.time_limit_s > 0 &&
             record.elapsed_s >= record.time_limit_s - 1) {
    ending.kind = EndingKind::kTimeLimit;
  } else if (is_success) {  // somebody sent the signal
    ending.kind = EndingKind::kCancelled;
  }
  return status;
}

}  // namespace

JobRecord parse_job_record(std::string_view text) { return parse(with_room(std::string(text))); }

JobRecord read_job_record(const std::filesystem::path& file) {
  auto text = read_file_if_there(file);
  return text ? parse(with_room(std::move(*text))) : JobRecord{};
}

Presence presence_of(const RecordedStart& start) {
  if (start.host != host_name()) return Presence::kElsewhere;
  if (start.boot != boot_id()) return Presence::kGone;
  const std::string now = process_start(start.pid);
  return !now.empty() && now == start.pid_start ? Presence::kAlive : Presence::kGone;
}

JobStatus fold_status(const JobRecord& record, const JobStatus& seen,
                      std::int64_t cancelled_utc_ns) {
  if (record.ending) return fold_ending(record, seen, cancelled_utc_ns);
  if (seen.state != JobState::kEnded) {
    if (seen.state == JobState::kUnknown && seen.reason.empty() && record.start) {
      return {JobState::kUnknown, {}, fmt::format("started on {}", record.start->host)};
    }
    return seen;
  }
  JobStatus status = seen;
  if (cancelled_utc_ns != 0 && status.ending->kind != EndingKind::kSuccess) {
    status.ending->kind = EndingKind::kCancelled;
  }
  return status;
}

}  // namespace sciwright::jobs
