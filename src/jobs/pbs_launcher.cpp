#include "jobs/pbs_launcher.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "jobs/job_script.h"
#include "jobs/pbs_answers.h"
#include "jobs/script_directives.h"

namespace sciwright::jobs {
namespace {

/// Name, output and array are the launcher's; so is the shell, and nobody is there to talk to.
constexpr std::array<std::string_view, 10> kOurs = {"-N", "-o", "-e", "-j", "-k",
                                                    "-R", "-J", "-S", "-I", "-X"};
constexpr DirectiveStyle kStyle = {"#PBS", kOurs};

constexpr std::array<std::string_view, 5> kDown = {"cannot connect to server", "Connection refused",
                                                   "Connection timed out", "Communication failure",
                                                   "No default server name"};
constexpr std::array<std::string_view, 2> kNoHistory = {"not configured to maintain job history",
                                                        "job_history_enable"};
/// Said of jobs beside an answer about the others.
constexpr std::array<std::string_view, 2> kUnknown = {"Unknown Job", "has finished"};
/// The server's words for limits of users, groups and queues on jobs at a time.
constexpr std::array<std::string_view, 2> kFull = {"would exceed", "Maximum number of jobs"};

std::vector<std::string> lines_of(const Job& job) {
  return with_memory(directive_lines(job, kStyle), job.resources.memory_mb);
}

/// Which jobs may share an array.
std::string array_key(const Job& job) {
  const auto lines = lines_of(job);
  return fmt::format("{}\n{}", fmt::join(qsub_options(job.resources, lines), "\n"),
                     fmt::join(lines, "\n"));
}

/// "12[3]" of the array "12[].server"; a job that was handed over alone is "12".
std::string element_of(const std::string& id, std::size_t index) {
  std::string out = pbs_short_id(id);
  const auto bracket = out.find("[]");
  if (bracket != std::string::npos) out.insert(bracket + 1, std::to_string(index + 1));
  return out;
}

/// "12[]" of "12[3]", "12" of "12".
std::string array_of(const std::string& scheduler_id) {
  const auto bracket = scheduler_id.find('[');
  return bracket == std::string::npos ? scheduler_id : scheduler_id.substr(0, bracket) + "[]";
}

}  // namespace

PbsLauncher::PbsLauncher(PbsOptions options, Runner run)
    : options_(std::move(options)), run_(std::move(run)) {}

Capabilities PbsLauncher::capabilities() const {
  return {.name = "pbs", .keeps_time_limits = true, .poll_interval_s = options_.poll_interval_s};
}

CommandResult PbsLauncher::ask(std::vector<std::string> arguments, std::string input) const {
  return ask_scheduler(run_, std::move(arguments), std::move(input));
}

/// Asks for jobs that have ended too (`-x`), where the server remembers them.
CommandResult PbsLauncher::ask_with_history(std::vector<std::string> line) {
  if (has_history_) {
    std::vector<std::string> with = line;
    with.insert(with.begin() + 1, "-x");
    CommandResult result = ask(with);
    if (!says_any(result.error, kNoHistory)) return result;
    has_history_ = false;
  }
  return ask(std::move(line));
}

Parcel PbsLauncher::next_parcel(std::span<const Job> waiting) {
  Parcel parcel;
  const auto most = static_cast<std::size_t>(std::max(options_.largest_array, 1));
  const std::string key = array_key(waiting.front());
  for (std::size_t i = 0; i < waiting.size() && parcel.jobs.size() < most; ++i) {
    if (array_key(waiting[i]) == key) parcel.jobs.push_back(i);
  }
  return parcel;
}

/// PBS would give each element files of its own, of which the last one of a name stays; so all
/// append to one.
std::string PbsLauncher::script_of(const std::string& parcel, std::span<const Job> jobs) const {
  std::vector<std::vector<Job>> tasks;
  for (const Job& job : jobs) tasks.push_back({job});
  std::string script = "#!/bin/sh\n";
  for (const std::string& line : lines_of(jobs.front())) script += line + '\n';
  script += fmt::format("exec >>{} 2>&1\n",
                        shell_quote((options_.directory / (parcel + ".log")).string()));
  return script + job_script(tasks, {.scheduler = "pbs",
                                     .task = "${PBS_ARRAY_INDEX:-1}",
                                     .scheduler_id = "${PBS_JOBID%%.*}"});
}

Submission PbsLauncher::submit(const std::string& parcel, std::span<const Job> jobs) {
  make_directories(options_.directory);
  std::vector<std::string> line = {"qsub", "-N",        parcel, "-j",     "oe",
                                   "-o",   "/dev/null", "-S",   "/bin/sh"};
  if (jobs.size() > 1) {  // an array of one is none
    const std::string throttle =
        options_.max_tasks_at_once > 0 ? fmt::format("%{}", options_.max_tasks_at_once) : "";
    line.insert(line.end(), {"-J", fmt::format("1-{}{}", jobs.size(), throttle)});
  }
  const auto resources = qsub_options(jobs.front().resources, lines_of(jobs.front()));
  line.insert(line.end(), resources.begin(), resources.end());
  line.insert(line.end(), options_.overrides.begin(), options_.overrides.end());
  const CommandResult result = ask(line, script_of(parcel, jobs));
  const std::string id = result.succeeded() ? parse_qsub(result.output) : "";
  if (!id.empty()) {
    Submission submission;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      submission.scheduler_ids.push_back(element_of(id, i));
    }
    return submission;
  }
  if (const auto doubt = doubt_of(result, "qsub", kDown)) {
    return {result.found ? Submission::Outcome::kUnreachable : Submission::Outcome::kNotSent,
            {},
            *doubt,
            !result.found};
  }
  const std::string message = failure_text(result, "qsub");
  if (says_any(message, kFull)) return {Submission::Outcome::kLater, {}, message};
  return {Submission::Outcome::kRefused, {}, "qsub refused the job: " + message};
}

/// Asks once for all arrays. Jobs that the server does not know are no failure.
std::optional<std::map<std::string, JobStatus>> PbsLauncher::qstat(std::span<const Handle> handles,
                                                                   std::string& message) {
  std::set<std::string> arrays;
  for (const Handle& handle : handles) arrays.insert(array_of(handle.scheduler_id));
  std::vector<std::string> line = {"qstat", "-t", "-f", "-F", "json"};
  line.insert(line.end(), arrays.begin(), arrays.end());
  const CommandResult result = ask_with_history(std::move(line));
  const bool answered = result.succeeded() || says_any(result.error, kUnknown);
  if (is_silence(result, kDown) || !answered) {
    message = failure_text(result, "qstat");
    return std::nullopt;
  }
  auto known = parse_qstat(result.output);
  if (!known) message = "qstat answers something else than JSON";
  return known;
}

Found PbsLauncher::find(const std::string& parcel, std::span<const Handle> handles) {
  const CommandResult result = ask_with_history({"qselect", "-N", parcel});
  if (!result.succeeded()) {
    return {Found::Outcome::kUnreachable, {}, failure_text(result, "qselect")};
  }
  std::string id = parse_qsub(result.output);
  for (std::size_t i = 0; id.empty() && i < handles.size(); ++i) {
    const JobRecord there = record(handles[i]);
    if (there.start) id = array_of(there.start->scheduler_id);
  }
  if (id.empty()) return {};
  Found found{.outcome = Found::Outcome::kPresent};
  for (const Handle& handle : handles) found.scheduler_ids.push_back(element_of(id, handle.index));
  return found;
}

Answer PbsLauncher::poll(std::span<const Handle> handles) {
  Answer answer;
  const auto known = qstat(handles, answer.message);
  answer.reachable = known.has_value();
  if (!known) return answer;
  for (const Handle& handle : handles) {
    const auto it = known->find(handle.scheduler_id);
    answer.statuses.push_back(it == known->end() ? JobStatus{} : it->second);
  }
  return answer;
}

Answer PbsLauncher::cancel(std::span<const Handle> handles) {
  std::vector<std::string> line = {"qdel"};
  for (const Handle& handle : handles) line.push_back(handle.scheduler_id);
  const CommandResult result = ask(line);
  if (result.succeeded() || !is_silence(result, kDown)) return {};
  return {false, failure_text(result, "qdel"), {}};
}

std::string PbsLauncher::explain(const Handle& handle) {
  std::string message;
  const auto known = qstat(std::span(&handle, 1), message);
  if (!known) return "PBS does not answer: " + message;
  const auto it = known->find(handle.scheduler_id);
  if (it == known->end()) return "qstat does not know it any more.";
  const JobStatus& status = it->second;
  if (status.ending) return describe(*status.ending) + ".";
  if (status.state == JobState::kRunning) return "It runs as PBS job " + handle.scheduler_id + ".";
  if (status.state == JobState::kUnknown) {
    return fmt::format("PBS calls its state {}, which is not in its manual.", status.reason);
  }
  return status.reason.empty() ? "PBS gives no reason." : "PBS's reason is: " + status.reason;
}

}  // namespace sciwright::jobs
