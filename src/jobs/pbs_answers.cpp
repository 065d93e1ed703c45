#include "jobs/pbs_answers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/trimmed.h"

namespace sciwright::jobs {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSelect = "select=";
constexpr std::string_view kMemory = "mem=";

constexpr std::array<std::pair<std::string_view, JobState>, 11> kStates = {{
    {"Q", JobState::kPending},
    {"H", JobState::kPending},  // held
    {"W", JobState::kPending},  // for its time, or for files
    {"T", JobState::kPending},  // on its way to a queue
    {"B", JobState::kRunning},  // an array of which some have begun
    {"R", JobState::kRunning},
    {"E", JobState::kRunning},  // ends
    {"S", JobState::kRunning},  // suspended
    {"U", JobState::kRunning},  // suspended for the owner of the machine
    {"F", JobState::kEnded},
    {"X", JobState::kEnded},  // an element of an array that has ended
}};

/// What PBS stopped a job for, by its exit status (JOB_EXEC_KILL_… of its manual).
constexpr std::array<std::pair<int, EndingKind>, 6> kStops = {{
    {-24, EndingKind::kFailure},  // more processors than asked for, at once
    {-25, EndingKind::kFailure},  // and in sum
    {-26, EndingKind::kOutOfMemory},
    {-27, EndingKind::kOutOfMemory},
    {-28, EndingKind::kTimeLimit},  // of processor time
    {-29, EndingKind::kTimeLimit},
}};

std::string text_at(const Json& job, const char* key) {
  const auto found = job.find(key);
  return found != job.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A signal is told as 256 + number, and by shells as 128 + number. Other negative numbers are of
/// jobs that could not be started.
Ending ending_of(int status) {
  for (const auto& [number, kind] : kStops) {
    if (status == number) return {kind, {}, {}};
  }
  if (status < 0) return {EndingKind::kNodeFailure, {}, {}};
  if (status == 0) return {EndingKind::kSuccess, 0, {}};
  if (status > 256) return {EndingKind::kFailure, {}, status - 256};
  if (status > 128) return {EndingKind::kFailure, {}, status - 128};
  return {EndingKind::kFailure, status, {}};
}

JobStatus status_of(const Json& job) {
  const std::string state = text_at(job, "job_state");
  const auto known = std::find_if(kStates.begin(), kStates.end(),
                                  [&](const auto& row) { return row.first == state; });
  if (known == kStates.end()) return {JobState::kUnknown, {}, state};
  JobStatus status{known->second, {}, {}};
  if (status.state == JobState::kPending) status.reason = text_at(job, "comment");
  if (status.state != JobState::kEnded) return status;
  const auto exit = job.find("Exit_status");
  const bool has_run = exit != job.end() && exit->is_number_integer();
  status.ending = has_run ? ending_of(exit->get<int>()) : Ending{EndingKind::kCancelled, {}, {}};
  return status;
}

std::string clock_text(double seconds) {
  const auto all = static_cast<long>(std::ceil(seconds));
  return fmt::format("{:02}:{:02}:{:02}", all / 3600, all / 60 % 60, all % 60);
}

/// A chunk with its memory replaced: "2:ncpus=4:mem=8gb".
std::string chunk_with_memory(std::string_view chunk, int memory_mb) {
  std::string out;
  while (!chunk.empty()) {
    const auto end = std::min(chunk.find(':'), chunk.size());
    const std::string_view part = chunk.substr(0, end);
    chunk.remove_prefix(std::min(end + 1, chunk.size()));
    if (!part.starts_with(kMemory)) out.append(part).push_back(':');
  }
  return fmt::format("{}mem={}mb", out, memory_mb);
}

}  // namespace

std::string pbs_short_id(std::string_view id) { return std::string(id.substr(0, id.find('.'))); }

std::string parse_qsub(std::string_view text) {
  const std::string_view id = trimmed(text.substr(0, text.find('\n')));
  const auto digits = std::min(id.find_first_not_of("0123456789"), id.size());
  const std::string_view rest = id.substr(digits);
  const bool is_id = digits > 0 && (rest.empty() || rest[0] == '.' || rest[0] == '[');
  return is_id ? std::string(id) : std::string();
}

std::optional<std::map<std::string, JobStatus>> parse_qstat(std::string_view text) {
  std::map<std::string, JobStatus> statuses;
  if (trimmed(text).empty()) return statuses;
  const Json answer = Json::parse(text, nullptr, false);
  if (!answer.is_object()) return std::nullopt;
  const auto jobs = answer.find("Jobs");
  if (jobs == answer.end()) return statuses;
  if (!jobs->is_object()) return std::nullopt;
  for (const auto& [id, job] : jobs->items()) {
    if (job.is_object()) statuses[pbs_short_id(id)] = status_of(job);
  }
  return statuses;
}

std::vector<std::string> qsub_options(const Resources& resources,
                                      const std::vector<std::string>& lines) {
  std::vector<std::string> options;
  const auto add = [&](const char* name, std::string value) {
    options.insert(options.end(), {name, std::move(value)});
  };
  const bool selects = resources.num_nodes > 0 || resources.num_tasks > 0 ||
                       resources.num_cpus_per_task > 0 || resources.num_gpus > 0;
  const bool script_selects = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find(kSelect) != std::string::npos;
  });
  if (selects) {
    const int num_nodes = std::max(resources.num_nodes, 1);
    const int num_tasks = std::max(resources.num_tasks / num_nodes, 1);
    std::string chunk =
        fmt::format("select={}:ncpus={}:mpiprocs={}", num_nodes,
                    num_tasks * std::max(resources.num_cpus_per_task, 1), num_tasks);
    if (resources.num_gpus > 0) chunk += fmt::format(":ngpus={}", resources.num_gpus);
    if (!resources.gpu_type.empty()) chunk += ":accelerator_model=" + resources.gpu_type;
    if (resources.memory_mb > 0) chunk += fmt::format(":mem={}mb", resources.memory_mb);
    add("-l", chunk);
  } else if (resources.memory_mb > 0 && !script_selects) {
    add("-l", fmt::format("mem={}mb", resources.memory_mb));
  }
  if (resources.time_limit_s > 0) add("-l", "walltime=" + clock_text(resources.time_limit_s));
  if (!resources.partition.empty()) add("-q", resources.partition);
  if (!resources.account.empty()) add("-A", resources.account);
  options.insert(options.end(), resources.directives.begin(), resources.directives.end());
  return options;
}

std::vector<std::string> with_memory(std::vector<std::string> lines, int memory_mb) {
  if (memory_mb == 0) return lines;
  for (std::string& line : lines) {
    const auto select = line.find(kSelect);
    if (select == std::string::npos) continue;
    const auto begin = select + kSelect.size();
    const auto end = std::min(line.find_first_of(" \t,", begin), line.size());
    std::string chunks;
    for (std::string_view rest = std::string_view(line).substr(begin, end - begin);
         !rest.empty();) {
      const auto plus = std::min(rest.find('+'), rest.size());
      if (!chunks.empty()) chunks += '+';
      chunks += chunk_with_memory(rest.substr(0, plus), memory_mb);
      rest.remove_prefix(std::min(plus + 1, rest.size()));
    }
    line.replace(begin, end - begin, chunks);
  }
  return lines;
}

}  // namespace sciwright::jobs
