#include "jobs/lsf_answers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace sciwright::jobs {
namespace {

constexpr std::array<std::pair<std::string_view, JobState>, 11> kStates = {{
    {"PEND", JobState::kPending},
    {"PROV", JobState::kPending},  // its host is being made ready
    {"PSUSP", JobState::kPending},
    {"WAIT", JobState::kPending},
    {"FWD_PEND", JobState::kPending},
    {"RUN", JobState::kRunning},
    {"USUSP", JobState::kRunning},
    {"SSUSP", JobState::kRunning},
    {"ZOMBI", JobState::kRunning},  // its host does not answer
    {"DONE", JobState::kEnded},
    {"EXIT", JobState::kEnded},
}};

constexpr std::array<std::pair<std::string_view, EndingKind>, 10> kExitReasons = {{
    {"TERM_MEMLIMIT", EndingKind::kOutOfMemory},
    {"TERM_SWAP", EndingKind::kOutOfMemory},
    {"TERM_RUNLIMIT", EndingKind::kTimeLimit},
    {"TERM_CPULIMIT", EndingKind::kTimeLimit},
    {"TERM_DEADLINE", EndingKind::kTimeLimit},
    {"TERM_PREEMPT", EndingKind::kPreempted},
    {"TERM_OWNER", EndingKind::kCancelled},
    {"TERM_FORCE_OWNER", EndingKind::kCancelled},
    {"TERM_ADMIN", EndingKind::kCancelled},
    {"TERM_FORCE_ADMIN", EndingKind::kCancelled},
}};

int number_of(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Takes what stands before the separator off the front.
std::string_view take_field(std::string_view& line) {
  const auto end = std::min(line.find('|'), line.size());
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

Ending ending_of(std::string_view state, std::string_view exit_code, std::string_view reason) {
  if (state == "DONE") return {EndingKind::kSuccess, 0, {}};
  Ending ending{EndingKind::kFailure, {}, {}};
  const int code = number_of(exit_code);
  constexpr int kSignals = 128;  // LSF adds a signal to this
  if (code > kSignals) {
    ending.signal = code - kSignals;
  } else if (code > 0) {
    ending.exit_code = code;
  }
  for (const auto& [word, kind] : kExitReasons) {
    if (reason.starts_with(word)) ending.kind = kind;
  }
  return ending;
}

}  // namespace

JobStatus lsf_status(std::string_view state, std::string_view exit_code,
                     std::string_view exit_reason) {
  const auto known = std::find_if(kStates.begin(), kStates.end(),
                                  [&](const auto& row) { return row.first == state; });
  if (known == kStates.end()) return {JobState::kUnknown, {}, std::string(state)};
  JobStatus status{known->second, {}, {}};
  if (status.state == JobState::kEnded) status.ending = ending_of(state, exit_code, exit_reason);
  return status;
}

std::map<std::string, JobStatus> parse_bjobs(std::string_view text) {
  std::map<std::string, JobStatus> statuses;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find('|') == std::string_view::npos) continue;
    const std::string_view id = take_field(line);
    const std::string_view index = take_field(line);
    const std::string_view state = take_field(line);
    const std::string_view exit_code = take_field(line);
    const std::string_view exit_reason = take_field(line);
    JobStatus status = lsf_status(state, exit_code, exit_reason);
    if (status.state == JobState::kPending && line != "-") status.reason = line;
    statuses[fmt::format("{}_{}", id, index)] = std::move(status);
  }
  return statuses;
}

std::string parse_bsub(std::string_view text) {
  const auto begin = text.find("Job <");
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = text.substr(begin + 5);
  const auto end = rest.find_first_not_of("0123456789");
  const bool is_id = end != std::string_view::npos && rest[end] == '>';
  return is_id ? std::string(rest.substr(0, end)) : std::string();
}

std::vector<std::string> bsub_options(const Resources& resources) {
  std::vector<std::string> options;
  const auto add = [&](const char* name, std::string value) {
    options.insert(options.end(), {name, std::move(value)});
  };
  const int num_slots = std::max(resources.num_tasks, 1) * std::max(resources.num_cpus_per_task, 1);
  if (num_slots > 1) add("-n", std::to_string(num_slots));
  if (resources.num_nodes > 0) {
    add("-R", fmt::format("span[ptile={}]", std::max(num_slots / resources.num_nodes, 1)));
  }
  if (resources.num_gpus > 0) {
    const std::string type = resources.gpu_type.empty() ? "" : ":gmodel=" + resources.gpu_type;
    add("-gpu", fmt::format("num={}{}", resources.num_gpus, type));
  }
  if (resources.memory_mb > 0) add("-M", fmt::format("{}MB", resources.memory_mb));
  if (resources.time_limit_s > 0) {
    add("-W", fmt::format("{:.0f}", std::ceil(resources.time_limit_s / 60)));
  }
  if (!resources.partition.empty()) add("-q", resources.partition);
  if (!resources.account.empty()) add("-P", resources.account);
  options.insert(options.end(), resources.directives.begin(), resources.directives.end());
  return options;
}

}  // namespace sciwright::jobs
