#include "jobs/job_record.h"

#include <cstdio>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"

namespace sciwright::jobs {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& line, const char* key) {
  const auto it = line.find(key);
  return it != line.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::optional<int> number_at(const Json& line, const char* key) {
  const auto it = line.find(key);
  if (it == line.end() || !it->is_number_integer()) return {};
  return it->get<int>();
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

RecordedStart read_start(const Json& line) {
  const std::string utc = text_at(line, "utc");
  return {.utc = utc,
          .utc_s = seconds_of(utc),
          .host = text_at(line, "host"),
          .pid = number_at(line, "pid").value_or(0),
          .pid_start = text_at(line, "pid_start"),
          .boot = text_at(line, "boot"),
          .scheduler_id = text_at(line, "scheduler_id")};
}

/// The shell tells a signal as exit code 128 + number.
Ending read_ending(const Json& line) {
  Ending ending{EndingKind::kFailure, number_at(line, "exit_code"), number_at(line, "signal")};
  constexpr int kFirstSignal = 129;
  constexpr int kLastSignal = 128 + 64;
  if (!ending.signal && ending.exit_code >= kFirstSignal && ending.exit_code <= kLastSignal) {
    ending.signal = *ending.exit_code - 128;
    ending.exit_code.reset();
  }
  if (ending.exit_code == 0) ending.kind = EndingKind::kSuccess;
  if (const auto kind = ending_named(text_at(line, "kind"))) ending.kind = *kind;
  return ending;
}

void read_line(const Json& line, JobRecord& record) {
  const std::string event = text_at(line, "event");
  if (event == "started") {
    record.scheduler = text_at(line, "scheduler");
    record.start = read_start(line);
    record.time_limit_s = line.value("time_limit_s", 0.0);
    record.memory_mb = line.value("memory_mb", 0);
    record.ending.reset();
    record.was_terminated = false;
  } else if (event == "ended") {
    record.ending = read_ending(line);
    record.ended_utc = text_at(line, "utc");
    record.was_terminated = line.contains("terminated");
    if (record.start) {
      record.elapsed_s = seconds_of(record.ended_utc) - record.start->utc_s;
    }
  }
}

bool blames_the_job(EndingKind kind) {
  return kind == EndingKind::kSuccess || kind == EndingKind::kFailure || kind == EndingKind::kLost;
}

/// The end that the job itself wrote, and why, as far as the scheduler or the clock know.
JobStatus fold_ending(const JobRecord& record, const JobStatus& seen, bool was_cancelled) {
  JobStatus status{JobState::kEnded, record.ending, seen.reason};
  Ending& ending = *status.ending;
  if (ending.kind != EndingKind::kFailure) return status;
  if (seen.ending && !blames_the_job(seen.ending->kind)) {
    ending.kind = seen.ending->kind;
  } else if (ending.signal && was_cancelled) {
    ending.kind = EndingKind::kCancelled;
  } else if (record.was_terminated && record.time_limit_s > 0 &&
             record.elapsed_s >= record.time_limit_s - 1) {
    ending.kind = EndingKind::kTimeLimit;
  }
  return status;
}

}  // namespace

JobRecord parse_job_record(std::string_view text) {
  JobRecord record{.claimed = true};
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) break;
    const Json line = Json::parse(text.substr(0, end), nullptr, false);
    if (line.is_object()) read_line(line, record);
    text.remove_prefix(end + 1);
  }
  return record;
}

JobRecord read_job_record(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  return parse_job_record(read_file(file));
}

Presence presence_of(const RecordedStart& start) {
  if (start.host != host_name()) return Presence::kElsewhere;
  if (start.boot != boot_id()) return Presence::kGone;
  const std::string now = process_start(start.pid);
  return !now.empty() && now == start.pid_start ? Presence::kAlive : Presence::kGone;
}

JobStatus fold_status(const JobRecord& record, const JobStatus& seen, bool was_cancelled) {
  if (record.ending) return fold_ending(record, seen, was_cancelled);
  if (seen.state != JobState::kEnded) {
    if (seen.state == JobState::kUnknown && seen.reason.empty() && record.start) {
      return {JobState::kUnknown, {}, fmt::format("started on {}", record.start->host)};
    }
    return seen;
  }
  JobStatus status = seen;
  if (was_cancelled && status.ending->kind != EndingKind::kSuccess) {
    status.ending->kind = EndingKind::kCancelled;
  }
  return status;
}

}  // namespace sciwright::jobs
