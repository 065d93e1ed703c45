#include "record/batch_job.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ctime>
#include <string_view>

#include <fmt/format.h>

#include "base/process.h"
#include "record/utc_stamp.h"

namespace sciwright::record {
namespace {

constexpr double kPatience_s = 5;
constexpr int kNotFound = 127;  // env's word for a program that is not there

/// What stands behind `name=` in the text, up to a blank or line end.
std::string_view value_of(std::string_view text, std::string_view name) {
  std::size_t at = 0;
  while ((at = text.find(name, at)) != std::string_view::npos) {
    const std::size_t begin = at + name.size();
    const bool is_whole = at == 0 || std::isspace(static_cast<unsigned char>(text[at - 1])) != 0;
    if (is_whole) return text.substr(begin, text.find_first_of(" \n", begin) - begin);
    at = begin;
  }
  return {};
}

/// The part of the text that is about this job.
std::string_view block_of(std::string_view text, const std::string& id) {
  constexpr std::string_view kBegin = "JobId=";
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos;) {
    const std::size_t next = text.find("\nJobId=", at);
    const std::string_view block = text.substr(at, next - at);
    if (value_of(block, kBegin) == id) return block;
    at = next == std::string_view::npos ? next : next + 1;
  }
  return {};
}

/// Seconds since 1970, or "2026-11-25T10:00:00" in the zone of this machine.
std::optional<std::int64_t> time_of(std::string_view text) {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error == std::errc() && rest == end) {
    return seconds > 0 ? std::optional(seconds * kNsPerSecond) : std::nullopt;
  }
  const auto as_if_utc = parse_utc_stamp(std::string(text));
  if (!as_if_utc || text.ends_with('Z')) return {};
  const std::time_t label = *as_if_utc / kNsPerSecond;
  std::tm local{};
  ::gmtime_r(&label, &local);
  local.tm_isdst = -1;
  return std::int64_t{std::mktime(&local)} * kNsPerSecond;
}

std::string why_not(const CommandResult& answer) {
  if (answer.timed_out) return fmt::format("scontrol did not answer within {} s", kPatience_s);
  if (!answer.found || answer.exit_code == kNotFound) return "scontrol is not there";
  const std::string first_line = answer.error.substr(0, answer.error.find('\n'));
  return first_line.empty() ? "scontrol failed" : first_line;
}

BatchJob ask_slurm(const std::string& id) {
  const bool is_number = std::ranges::all_of(id, [](unsigned char c) { return std::isdigit(c); });
  if (!is_number) {
    return {.scheduler = "Slurm", .id = id, .problem = "SLURM_JOB_ID is no job number"};
  }
  const CommandResult answer =
      run_command({.arguments = {"env", "SLURM_TIME_FORMAT=%s", "scontrol", "show", "job", id},
                   .time_limit_s = kPatience_s});
  BatchJob job = parse_slurm_job(id, answer.output);
  if (!answer.succeeded()) job.problem = why_not(answer);
  return job;
}

}  // namespace

BatchJob parse_slurm_job(const std::string& id, const std::string& text) {
  const std::string_view block = block_of(text, id);
  BatchJob job{.scheduler = "Slurm",
               .id = id,
               .submit_ns = time_of(value_of(block, "SubmitTime=")),
               .eligible_ns = time_of(value_of(block, "EligibleTime=")),
               .start_ns = time_of(value_of(block, "StartTime="))};
  if (!job.start_ns || !(job.eligible_ns || job.submit_ns)) {
    job.problem = "scontrol does not tell when it was submitted and started";
  }
  return job;
}

std::optional<BatchJob> read_batch_job(const Texts& environment) {
  const auto id_in = [&](const char* name) {
    const auto it = environment.find(name);
    return it == environment.end() ? std::string() : it->second;
  };
  if (const std::string id = id_in("SLURM_JOB_ID"); !id.empty()) return ask_slurm(id);
  if (const std::string id = id_in("LSB_JOBID"); !id.empty()) {
    return BatchJob{.scheduler = "LSF", .id = id, .problem = "LSF was not asked"};
  }
  if (const std::string id = id_in("PBS_JOBID"); !id.empty()) {
    return BatchJob{.scheduler = "PBS", .id = id, .problem = "PBS was not asked"};
  }
  return {};
}

}  // namespace sciwright::record
