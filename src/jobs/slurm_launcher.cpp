#include "jobs/slurm_launcher.h"

#include <algorithm>
#include <pwd.h>
#include <set>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "jobs/job_script.h"
#include "jobs/slurm_request.h"
#include "jobs/slurm_words.h"

namespace sciwright::jobs {
namespace {

/// Below the 4 MB that slurmctld takes by default (max_script_size).
constexpr std::size_t kLargestScript = 3'000'000;

std::string user_name() {
  const passwd* user = ::getpwuid(::geteuid());
  return user == nullptr ? std::to_string(::geteuid()) : user->pw_name;
}

/// "12" of "12_3#1".
std::string base_of(const std::string& scheduler_id) {
  return scheduler_id.substr(0, scheduler_id.find_first_of("_#"));
}

/// "12_3" of "12_3#1": the task of a packed job.
std::string task_of(const std::string& scheduler_id) {
  return scheduler_id.substr(0, scheduler_id.find('#'));
}

bool is_packed(const std::string& scheduler_id) {
  return scheduler_id.find('#') != std::string::npos;
}

/// The jobs in tasks of `per_task`.
std::vector<std::vector<Job>> tasks_of(std::span<const Job> jobs, int per_task) {
  std::vector<std::vector<Job>> tasks;
  const auto size = static_cast<std::size_t>(per_task);
  for (std::size_t i = 0; i < jobs.size(); i += size) {
    const auto part = jobs.subspan(i, std::min(size, jobs.size() - i));
    tasks.emplace_back(part.begin(), part.end());
  }
  return tasks;
}

/// What is known of a job whose task is packed: the task's state says little about one of its jobs.
JobStatus status_in_pack(const JobStatus& task, const JobRecord& record) {
  if (task.state == JobState::kRunning && !record.claimed) {
    return {JobState::kPending, {}, "its turn in the allocation has not come"};
  }
  const bool went_well = task.ending && (task.ending->kind == EndingKind::kSuccess ||
                                         task.ending->kind == EndingKind::kFailure);
  return went_well ? JobStatus{} : task;
}

}  // namespace

SlurmLauncher::SlurmLauncher(SlurmOptions options, Clock clock, Runner run)
    : options_(std::move(options)), clock_(std::move(clock)), run_(std::move(run)) {}

Capabilities SlurmLauncher::capabilities() const {
  return {.name = "slurm",
          .dependencies = true,
          .keeps_time_limits = true,
          .poll_interval_s = options_.poll_interval_s};
}

CommandResult SlurmLauncher::ask(std::vector<std::string> arguments, std::string input) const {
  return ask_scheduler(run_, std::move(arguments), std::move(input));
}

SlurmLimits SlurmLauncher::limits() {
  if (limits_) return *limits_;
  SlurmLimits limits;
  const CommandResult config = ask({"scontrol", "show", "config"});
  if (!config.succeeded()) return limits;
  limits.max_array_size = parse_max_array_size(config.output);
  const CommandResult users = ask({"sacctmgr", "-nP", "show", "user", user_name(), "withassoc",
                                   "format=DefaultAccount,Account,MaxSubmitJobs,QOS,DefaultQOS"});
  if (users.succeeded()) {
    const CommandResult qos = ask({"sacctmgr", "-nP", "show", "qos", "format=Name,MaxSubmitPU"});
    read_submit_limits(users.output, qos.output, limits);
  }
  limits_ = limits;
  return limits;
}

std::optional<std::map<std::string, JobStatus>> SlurmLauncher::squeue(std::string& message) {
  const CommandResult result =
      ask({"squeue", "--noheader", "--array", "-t", "all", "-u", user_name(), "-o", kSqueueFormat});
  if (!result.succeeded()) {
    message = failure_text(result, "squeue");
    return {};
  }
  auto known = parse_squeue(result.output);
  num_queued_ = static_cast<std::size_t>(std::count_if(
      known.begin(), known.end(), [](const auto& job) { return !job.second.ending; }));
  counted_ns_ = clock_.steady_ns();
  return known;
}

/// How many tasks the site takes now; counts anew when the last count is older than a poll.
std::size_t SlurmLauncher::room_for(const std::string& account) {
  const int most = limits().max_submit_of(account);
  if (most == SlurmLimits::kNone) return std::numeric_limits<std::size_t>::max();
  const double age_s = 1e-9 * static_cast<double>(clock_.steady_ns() - counted_ns_);
  if (counted_ns_ == 0 || age_s >= options_.poll_interval_s) {
    std::string ignored;  // without an answer the submission finds out
    squeue(ignored);
  }
  const auto limit = static_cast<std::size_t>(most);
  return limit - std::min(limit, num_queued_);
}

Parcel SlurmLauncher::next_parcel(std::span<const Job> waiting) {
  const SlurmLimits site = limits();
  const std::string& account = waiting.front().resources.account;
  const std::size_t room = room_for(account);
  Parcel parcel;
  if (room == 0) {
    parcel.wait_reason =
        fmt::format("the site lets you have {} jobs at a time, and {} are queued or running",
                    site.max_submit_of(account), num_queued_);
    return parcel;
  }
  const int array = std::clamp(site.max_array_size - 1, 1, std::max(options_.largest_array, 1));
  const std::size_t num_tasks = std::min({room, static_cast<std::size_t>(array), largest_parcel_});
  const std::size_t most = num_tasks * static_cast<std::size_t>(options_.jobs_per_task);
  const std::string key = array_key(waiting.front());
  std::size_t script_size = 0;
  for (std::size_t i = 0; i < waiting.size() && parcel.jobs.size() < most; ++i) {
    if (array_key(waiting[i]) != key) continue;
    script_size += 1000 + waiting[i].directory.native().size() +
                   shell_join(waiting[i].command).size() + waiting[i].environment.size() * 100;
    if (script_size > kLargestScript && !parcel.jobs.empty()) break;
    parcel.jobs.push_back(i);
  }
  return parcel;
}

std::string SlurmLauncher::scheduler_id(const std::string& base, std::size_t index) const {
  const auto per_task = static_cast<std::size_t>(options_.jobs_per_task);
  std::string id = fmt::format("{}_{}", base, index / per_task + 1);
  if (per_task > 1) id += fmt::format("#{}", index % per_task);
  return id;
}

Submission SlurmLauncher::submit(const std::string& parcel, std::span<const Job> jobs) {
  const auto tasks = tasks_of(jobs, options_.jobs_per_task);
  std::string script = "#!/bin/sh\n";
  const Job& first = jobs.front();
  for (const std::string& line : sbatch_lines(first)) script += line + '\n';
  script += job_script(tasks, {.scheduler = "slurm",
                               .task = "$SLURM_ARRAY_TASK_ID",
                               .scheduler_id = "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID",
                               .num_slots = options_.slots_per_task});
  make_directories(options_.directory);
  const std::string throttle =
      options_.max_tasks_at_once > 0 ? fmt::format("%{}", options_.max_tasks_at_once) : "";
  std::vector<std::string> line = {"sbatch",
                                   "--parsable",
                                   "--job-name=" + parcel,
                                   fmt::format("--array=1-{}{}", tasks.size(), throttle),
                                   "--output=" + (options_.directory / (parcel + ".log")).string(),
                                   "--open-mode=append",
                                   "--chdir=" + options_.directory.string()};
  for (const auto& more :
       {sbatch_options(first.resources), dependency_options(first.after), options_.overrides}) {
    line.insert(line.end(), more.begin(), more.end());
  }
  const CommandResult result = ask(line, script);
  const std::string base = result.succeeded() ? parse_sbatch(result.output) : "";
  if (base.empty()) {
    if (const auto doubt = doubt_of(result, "sbatch")) {
      return {result.found ? Submission::Outcome::kUnreachable : Submission::Outcome::kNotSent,
              {},
              *doubt,
              !result.found};
    }
    return refused(tasks.size(), failure_text(result, "sbatch"));
  }
  num_queued_ += tasks.size();
  largest_parcel_ = std::max(largest_parcel_, 2 * tasks.size());
  Submission submission;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    submission.scheduler_ids.push_back(scheduler_id(base, i));
  }
  return submission;
}

Submission SlurmLauncher::refused(std::size_t num_tasks, const std::string& error) {
  switch (slurm_refusal(error)) {
    case SlurmRefusal::kUnreachable:
      return {Submission::Outcome::kUnreachable, {}, error};
    case SlurmRefusal::kNoRoom:
      // A limit that sacctmgr does not show: try with fewer, and count what is there.
      if (num_tasks > 1 || num_queued_ > 0) {
        largest_parcel_ = std::max<std::size_t>(num_tasks / 2, 1);
        counted_ns_ = 0;
        return {Submission::Outcome::kLater, {}, explain_sbatch_error(error)};
      }
      break;
    case SlurmRefusal::kRefused:
      break;
  }
  return {Submission::Outcome::kRefused, {}, explain_sbatch_error(error)};
}

Found SlurmLauncher::find(const std::string& parcel, std::span<const Handle> handles) {
  std::string base;
  const CommandResult queue =
      ask({"squeue", "--noheader", "-t", "all", "-u", user_name(), "--name=" + parcel, "-o", "%F"});
  if (!queue.succeeded()) return {Found::Outcome::kUnreachable, {}, failure_text(queue, "squeue")};
  base = parse_sbatch(queue.output);
  if (base.empty() && has_accounting_) {
    const CommandResult past =
        ask({"sacct", "-X", "-n", "-P", "--name=" + parcel, "-S", "now-30days", "-o", "JobID"});
    base = base_of(past.output.substr(0, past.output.find('\n')));
  }
  for (std::size_t i = 0; base.empty() && i < handles.size(); ++i) {
    const JobRecord there = record(handles[i]);
    if (there.start) base = base_of(there.start->scheduler_id);
  }
  if (base.empty()) return {};
  Found found{.outcome = Found::Outcome::kPresent};
  for (const Handle& handle : handles) {
    found.scheduler_ids.push_back(scheduler_id(base, handle.index));
  }
  return found;
}

/// Asks the accounting for what squeue does not have any more.
void SlurmLauncher::add_forgotten(std::span<const Handle> handles,
                                  std::map<std::string, JobStatus>& known) {
  std::set<std::string> bases;
  for (const Handle& handle : handles) {
    if (!known.contains(task_of(handle.scheduler_id))) bases.insert(base_of(handle.scheduler_id));
  }
  if (bases.empty() || !has_accounting_) return;
  const CommandResult result = ask({"sacct", "-X", "-n", "-P", "-o", "JobID,State,ExitCode", "-j",
                                    fmt::format("{}", fmt::join(bases, ","))});
  if (result.error.find("storage is disabled") != std::string::npos) has_accounting_ = false;
  known.merge(parse_sacct(result.output));
}

Answer SlurmLauncher::poll(std::span<const Handle> handles) {
  Answer answer;
  auto known = squeue(answer.message);
  if (!known) {
    answer.reachable = false;
    return answer;
  }
  add_forgotten(handles, *known);
  for (const Handle& handle : handles) {
    const auto it = known->find(task_of(handle.scheduler_id));
    JobStatus status = it == known->end() ? JobStatus{} : it->second;
    if (is_packed(handle.scheduler_id)) status = status_in_pack(status, record(handle));
    answer.statuses.push_back(std::move(status));
  }
  return answer;
}

Answer SlurmLauncher::cancel(std::span<const Handle> handles) {
  std::map<std::string, std::set<std::string>> tasks;  // by array
  for (const Handle& handle : handles) {
    const std::string task = task_of(handle.scheduler_id);
    tasks[base_of(task)].insert(task.substr(task.find('_') + 1));
  }
  std::vector<std::string> line = {"scancel"};
  for (const auto& [base, indices] : tasks) {
    line.push_back(fmt::format("{}_[{}]", base, fmt::join(indices, ",")));
  }
  const CommandResult result = ask(line);
  Answer answer;
  if (is_silence(result) || slurm_refusal(result.error) == SlurmRefusal::kUnreachable) {
    answer.reachable = false;
    answer.message = failure_text(result, "scancel");
  }
  return answer;
}

std::string SlurmLauncher::explain(const Handle& handle) {
  std::string message;
  const auto known = squeue(message);
  if (!known) return "Slurm does not answer: " + message;
  const auto it = known->find(task_of(handle.scheduler_id));
  if (it == known->end()) return "squeue does not know it any more.";
  switch (it->second.state) {
    case JobState::kPending:
      return explain_pending_reason(it->second.reason);
    case JobState::kRunning:
      return "It runs as Slurm job " + task_of(handle.scheduler_id) + ".";
    case JobState::kEnded:
      return describe(*it->second.ending) + ".";
    case JobState::kUnknown:
      break;
  }
  return fmt::format("Slurm calls its state {}, which is not in its manual.", it->second.reason);
}

}  // namespace sciwright::jobs
