#include "jobs/lsf_launcher.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "jobs/job_script.h"
#include "jobs/lsf_answers.h"
#include "jobs/script_directives.h"

namespace sciwright::jobs {
namespace {

constexpr std::array<std::string_view, 6> kOurs = {"-J", "-o", "-oo", "-e", "-eo", "-cwd"};
constexpr DirectiveStyle kStyle = {"#BSUB", kOurs, /*values_join=*/false};
constexpr std::array<std::string_view, 5> kDown = {
    "LSF is down", "Cannot connect to LSF", "Communication time out", "daemon not responding",
    "mbatchd is not responding"};

/// Which jobs may share an array.
std::string array_key(const Job& job) {
  return fmt::format("{}\n{}\n{}", fmt::join(bsub_options(job.resources), "\n"),
                     fmt::join(job.after, "\n"), fmt::join(directive_lines(job, kStyle), "\n"));
}

/// "12[3]" of "12_3".
std::string lsf_id(const std::string& scheduler_id) {
  const auto at = scheduler_id.find('_');
  return fmt::format("{}[{}]", scheduler_id.substr(0, at), scheduler_id.substr(at + 1));
}

}  // namespace

LsfLauncher::LsfLauncher(LsfOptions options, Runner run)
    : options_(std::move(options)), run_(std::move(run)) {}

Capabilities LsfLauncher::capabilities() const {
  return {.name = "lsf",
          .dependencies = true,
          .keeps_time_limits = true,
          .poll_interval_s = options_.poll_interval_s};
}

CommandResult LsfLauncher::ask(std::vector<std::string> arguments, std::string input) const {
  return ask_scheduler(run_, std::move(arguments), std::move(input));
}

Parcel LsfLauncher::next_parcel(std::span<const Job> waiting) {
  Parcel parcel;
  const auto most = static_cast<std::size_t>(std::max(options_.largest_array, 1));
  const std::string key = array_key(waiting.front());
  for (std::size_t i = 0; i < waiting.size() && parcel.jobs.size() < most; ++i) {
    if (array_key(waiting[i]) == key) parcel.jobs.push_back(i);
  }
  return parcel;
}

Submission LsfLauncher::submit(const std::string& parcel, std::span<const Job> jobs) {
  std::vector<std::vector<Job>> tasks;
  for (const Job& job : jobs) tasks.push_back({job});
  const Job& first = jobs.front();
  std::string script = "#!/bin/sh\n";
  for (const std::string& line : directive_lines(first, kStyle)) script += line + '\n';
  script += job_script(
      tasks,
      {.scheduler = "lsf", .task = "$LSB_JOBINDEX", .scheduler_id = "${LSB_JOBID}_$LSB_JOBINDEX"});
  make_directories(options_.directory);
  const std::string throttle =
      options_.max_tasks_at_once > 0 ? fmt::format("%{}", options_.max_tasks_at_once) : "";
  std::vector<std::string> line = {"bsub", "-J",
                                   fmt::format("{}[1-{}]{}", parcel, jobs.size(), throttle), "-o",
                                   (options_.directory / (parcel + ".log")).string()};
  const auto resources = bsub_options(first.resources);
  line.insert(line.end(), resources.begin(), resources.end());
  if (!first.after.empty()) {
    std::vector<std::string> conditions;
    for (const std::string& id : first.after) {
      conditions.push_back(fmt::format("done({})", lsf_id(id)));
    }
    line.insert(line.end(), {"-w", fmt::format("{}", fmt::join(conditions, " && ")), "-ti"});
  }
  line.insert(line.end(), options_.overrides.begin(), options_.overrides.end());
  const CommandResult result = ask(line, script);
  const std::string base = parse_bsub(result.output);
  if (!base.empty()) {
    Submission submission;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      submission.scheduler_ids.push_back(fmt::format("{}_{}", base, i + 1));
    }
    return submission;
  }
  if (const auto doubt = doubt_of(result, "bsub", kDown)) {
    return {result.found ? Submission::Outcome::kUnreachable : Submission::Outcome::kNotSent,
            {},
            *doubt,
            !result.found};
  }
  const std::string message = failure_text(result, "bsub");
  // LSF's word for the limits of users, groups and queues on jobs at a time.
  if (message.find("Pending job threshold reached") != std::string::npos) {
    return {Submission::Outcome::kLater, {}, message};
  }
  return {Submission::Outcome::kRefused, {}, "bsub refused the job: " + message};
}

/// Asks for jobs that have ended too. No job at all is an answer.
std::optional<std::map<std::string, JobStatus>> LsfLauncher::bjobs(std::vector<std::string> which,
                                                                   std::string& message) const {
  std::vector<std::string> line = {"bjobs", "-a", "-noheader", "-o", kBjobsFormat};
  line.insert(line.end(), which.begin(), which.end());
  const CommandResult result = ask(line);
  const bool none = result.error.find("is not found") != std::string::npos ||
                    result.error.find("No job found") != std::string::npos ||
                    result.error.find("No unfinished job found") != std::string::npos;
  if (!result.succeeded() && !(result.found && none)) {
    message = failure_text(result, "bjobs");
    return {};
  }
  return parse_bjobs(result.output);
}

Found LsfLauncher::find(const std::string& parcel, std::span<const Handle> handles) {
  std::string message;
  const auto known = bjobs({"-J", parcel}, message);
  if (!known) return {Found::Outcome::kUnreachable, {}, message};
  std::string base;
  if (!known->empty()) base = known->begin()->first;
  for (std::size_t i = 0; base.empty() && i < handles.size(); ++i) {
    const JobRecord there = record(handles[i]);
    if (there.start) base = there.start->scheduler_id;
  }
  if (base.empty()) return {};
  base = base.substr(0, base.find('_'));
  Found found{.outcome = Found::Outcome::kPresent};
  for (const Handle& handle : handles) {
    found.scheduler_ids.push_back(fmt::format("{}_{}", base, handle.index + 1));
  }
  return found;
}

Answer LsfLauncher::poll(std::span<const Handle> handles) {
  Answer answer;
  const auto known = bjobs({}, answer.message);
  answer.reachable = known.has_value();
  if (!known) return answer;
  for (const Handle& handle : handles) {
    const auto it = known->find(handle.scheduler_id);
    answer.statuses.push_back(it == known->end() ? JobStatus{} : it->second);
  }
  return answer;
}

Answer LsfLauncher::cancel(std::span<const Handle> handles) {
  std::vector<std::string> line = {"bkill"};
  for (const Handle& handle : handles) line.push_back(lsf_id(handle.scheduler_id));
  const CommandResult result = ask(line);
  if (result.succeeded() || !is_silence(result, kDown)) return {};
  return {false, failure_text(result, "bkill"), {}};
}

std::string LsfLauncher::explain(const Handle& handle) {
  std::string message;
  const auto known = bjobs({lsf_id(handle.scheduler_id)}, message);
  if (!known) return "LSF does not answer: " + message;
  const auto it = known->find(handle.scheduler_id);
  if (it == known->end()) return "bjobs does not know it any more.";
  const JobStatus& status = it->second;
  if (status.ending) return describe(*status.ending) + ".";
  if (status.state == JobState::kRunning) {
    return "It runs as LSF job " + lsf_id(handle.scheduler_id) + ".";
  }
  return "LSF's reason is: " + status.reason;
}

}  // namespace sciwright::jobs
