#include "jobs/ssh_launcher.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "jobs/job_script.h"

namespace sciwright::jobs {
namespace {

namespace fs = std::filesystem;

constexpr double kCallLimit_s = 120;
constexpr double kCopyLimit_s = 24 * 3600;
constexpr int kSshFailed = 255;

/// presence RECORD prints "alive", "gone", "elsewhere" (another host of the same name) or "none"
/// and sets pid.
constexpr std::string_view kPresence = R"sh(
presence() {
  line=$(grep '"event":"started"' "$1" 2>/dev/null | tail -n 1)
  pid=${line##*\"pid\":} pid=${pid%%,*}
  start=${line##*\"pid_start\":\"} start=${start%%\"*}
  boot=${line##*\"boot\":\"} boot=${boot%%\"*}
  host=${line##*\"host\":\"} host=${host%%\"*}
  if [ -z "$line" ]; then state=none
  elif [ "$host" != "$(uname -n)" ]; then state=elsewhere
  elif [ "$boot" != "$(cat /proc/sys/kernel/random/boot_id)" ]; then state=gone
  else
    stat=$(cat /proc/$pid/stat 2>/dev/null)
    set -- ${stat##*) }
    if [ "${20}" = "$start" ] && [ "$1 $2" != "Z 1" ]; then state=alive; else state=gone; fi
  fi
}
)sh";

/// Prints a mark, the presence, and the record; the presence first, since the record is complete
/// once the process is gone.
constexpr std::string_view kReport = R"sh(
report() {
  presence "$2"
  echo "@$1 $state"
  cat "$2" 2>/dev/null
}
)sh";

constexpr std::string_view kCancel = R"sh(
cancel() {
  (set -C && echo '{"event":"ended","kind":"cancelled"}' >"$1") 2>/dev/null && return
  presence "$1"
  [ $state != alive ] || kill -s TERM -- -$pid
}
)sh";

JobStatus status_of(const std::string& presence, const JobRecord& record) {
  if (record.ending) return {JobState::kEnded, record.ending, {}};
  if (presence == "alive") return {JobState::kRunning, {}, {}};
  if (presence == "gone") return ended(EndingKind::kLost);
  if (presence == "elsewhere") return {JobState::kUnknown, {}, "started on " + record.start->host};
  return {};
}

/// No program, or no such host: waiting does not help.
bool has_no_way(const CommandResult& result) {
  return !result.found || result.error.find("Could not resolve hostname") != std::string::npos;
}

}  // namespace

SshLauncher::SshLauncher(SshOptions options, Runner run)
    : options_(std::move(options)), name_("ssh:" + options_.host), run_(std::move(run)) {
  make_directories(options_.control_directory);
}

Capabilities SshLauncher::capabilities() const {
  return {.name = name_,
          .dependencies = false,
          .keeps_time_limits = true,
          .poll_interval_s = options_.poll_interval_s};
}

std::vector<std::string> SshLauncher::ssh() const {
  std::vector<std::string> line = {"ssh", "-o",
                                   "ControlPath=" + (options_.control_directory / "%C").string()};
  line.insert(line.end(), options_.ssh_options.begin(), options_.ssh_options.end());
  return line;
}

/// Makes the one connection unless it is there. Only this may ask the person at the terminal.
SshLauncher::Reply SshLauncher::connect() {
  std::vector<std::string> check = ssh();
  check.insert(check.end(), {"-O", "check", options_.host});
  if (run_({.arguments = check}).succeeded()) return {};
  std::vector<std::string> line = ssh();
  line.insert(line.end(),
              {"-o", "ControlMaster=yes", "-o", "ControlPersist=600", "-o",
               "ServerAliveInterval=15", "-o", "ConnectTimeout=30", "-f", "-N", options_.host});
  Reply reply;
  reply.result = run_({.arguments = line, .interactive = true});
  reply.reachable = reply.result.succeeded();
  if (!reply.reachable) reply.message = failure_text(reply.result, "ssh");
  return reply;
}

void SshLauncher::disconnect() {
  std::vector<std::string> line = ssh();
  line.insert(line.end(), {"-O", "exit", options_.host});
  run_({.arguments = line});
}

/// Runs a script on the host.
SshLauncher::Reply SshLauncher::there(const std::string& script) {
  Reply reply = connect();
  if (!reply.reachable) return reply;
  std::vector<std::string> line = ssh();
  line.insert(line.end(), {options_.host, "sh -s"});
  reply.result = run_({.arguments = line, .input = script, .time_limit_s = kCallLimit_s});
  // Killed, at the time limit or by others, it has no exit code.
  reply.reachable = reply.result.exit_code >= 0 && reply.result.exit_code != kSshFailed;
  if (!reply.result.succeeded()) reply.message = failure_text(reply.result, options_.host);
  return reply;
}

/// Copies what `list` (NUL-separated, relative to the roots) names, there or back.
SshLauncher::Reply SshLauncher::rsync(std::vector<std::string> options, const std::string& list,
                                      bool fetch) {
  Reply reply = connect();
  if (!reply.reachable) return reply;
  std::vector<std::string> line = {"rsync",          "-a", "-r", "--from0", "--files-from=-", "-e",
                                   shell_join(ssh())};
  line.insert(line.end(), options.begin(), options.end());
  const std::string here = options_.local_root.string() + "/";
  const std::string remote = options_.host + ":" + options_.remote_root + "/";
  if (!fetch) {
    line.push_back(
        fmt::format("--rsync-path=mkdir -p {} && rsync", shell_quote(options_.remote_root)));
  }
  line.push_back(fetch ? remote : here);
  line.push_back(fetch ? here : remote);
  reply.result = run_({.arguments = line, .input = list, .time_limit_s = kCopyLimit_s});
  reply.reachable = reply.result.succeeded();
  if (!reply.reachable) {
    reply.message = reply.result.timed_out ? "rsync was not done within a day"
                                           : failure_text(reply.result, "rsync");
  }
  return reply;
}

std::string SshLauncher::relative(const fs::path& directory) const {
  const fs::path path = directory.lexically_relative(options_.local_root);
  if (path.empty() || *path.begin() == "..") {
    throw usage_error(fmt::format("{}: a job's directory must be below {} to be copied to {}",
                                  directory.string(), options_.local_root.string(), options_.host));
  }
  return path.string();
}

std::string SshLauncher::remote_record(const Handle& handle) const {
  const fs::path directory = fs::path(options_.remote_root) / relative(handle.directory);
  return shell_quote(record_path(directory, handle.attempt).string());
}

Parcel SshLauncher::next_parcel(std::span<const Job> waiting) {
  const auto most = static_cast<std::size_t>(std::max(options_.max_jobs, 1));
  const std::size_t room = most - std::min(most, num_unfinished_);
  Parcel parcel;
  for (std::size_t i = 0; i < std::min(room, waiting.size()); ++i) parcel.jobs.push_back(i);
  if (room == 0) {
    parcel.wait_reason = fmt::format("all {} places on {} are taken", most, options_.host);
  }
  return parcel;
}

Submission SshLauncher::submit(const std::string& parcel, std::span<const Job> jobs) {
  std::string list;
  std::vector<std::vector<Job>> tasks;
  std::vector<std::string> ids;
  for (const Job& job : jobs) {
    const std::string path = relative(job.directory);
    list += path + '\0';
    // The script is looked at here, and run there.
    Job remote = job;
    remote.command = command_line(job);
    remote.script.clear();
    remote.directory = fs::path(options_.remote_root) / path;
    if (!job.working_directory.empty()) {
      remote.working_directory = fs::path(options_.remote_root) / relative(job.working_directory);
    }
    tasks.push_back({std::move(remote)});
    ids.push_back(fmt::format("{}.{}", parcel, ids.size()));
  }
  // Files that a job has changed there since are newer, and stay.
  Reply reply = rsync({"--update"}, list, false);
  if (!reply.reachable) {
    return {Submission::Outcome::kNotSent, {}, reply.message, has_no_way(reply.result)};
  }

  const std::string folder = options_.remote_root + "/.sciwright/" + parcel;
  const std::string script = job_script(tasks, {.scheduler = name_,
                                                .task = "$1",
                                                .scheduler_id = parcel + ".$(($1 - 1))",
                                                .enforces_time_limit = true});
  reply =
      there(fmt::format("mkdir -p {0} || exit 1\n"
                        "cat >{0}/job.sh <<'end-of-{1}'\n{2}end-of-{1}\n"
                        "i=0; while [ $((i += 1)) -le {3} ]; do\n"
                        "  setsid sh {0}/job.sh $i </dev/null >>{0}/log 2>&1 &\ndone\n",
                        shell_quote(folder), parcel, script, tasks.size()));
  if (!reply.reachable) return {Submission::Outcome::kUnreachable, {}, reply.message};
  if (!reply.result.succeeded()) {
    return {Submission::Outcome::kRefused,
            {},
            fmt::format("{} cannot start jobs below {}: {}", options_.host, options_.remote_root,
                        reply.message)};
  }
  num_unfinished_ += jobs.size();
  return {Submission::Outcome::kAccepted, std::move(ids), {}};
}

/// A parcel may have been started in part. What was started is claimed, and not started again when
/// it is handed over again.
Found SshLauncher::find(const std::string&, std::span<const Handle>) {
  const Reply reply = there("");
  if (reply.reachable) return {};
  return {Found::Outcome::kUnreachable, {}, reply.message};
}

/// Copies directories back, their records last: a record that is here says that all is here.
SshLauncher::Reply SshLauncher::fetch(const std::vector<Handle>& handles) {
  std::string directories;
  std::string records;
  for (const Handle& handle : handles) {
    const std::string path = relative(handle.directory);
    directories += path + '\0';
    records += record_path(path, handle.attempt).string() + '\0';
  }
  const Reply reply = rsync({"--exclude=job.*.jsonl"}, directories, true);
  return reply.reachable ? rsync({}, records, true) : reply;
}

Answer SshLauncher::poll(std::span<const Handle> handles) {
  std::string script = fmt::format("{}{}", kPresence, kReport);
  for (std::size_t i = 0; i < handles.size(); ++i) {
    script += fmt::format("report {} {}\n", i, remote_record(handles[i]));
  }
  const Reply reply = there(script);
  Answer answer{reply.reachable, reply.message, {}};
  if (!reply.reachable) return answer;

  answer.statuses.resize(handles.size());
  std::vector<Handle> to_fetch;
  const std::string& text = reply.result.output;
  for (std::size_t at = 0; at < text.size() && text[at] == '@';) {
    const std::size_t line = text.find('\n', at);
    const std::size_t space = text.find(' ', at);
    const std::size_t i = std::stoul(text.substr(at + 1, space - at - 1));
    const std::size_t next = std::min(text.find("\n@", line), text.size() - 1) + 1;
    const std::string content = line + 1 < next ? text.substr(line + 1, next - line - 1) : "";
    const JobRecord record = parse_job_record(content);
    answer.statuses[i] = status_of(text.substr(space + 1, line - space - 1), record);
    records_[handles[i].scheduler_id] = record;
    if (answer.statuses[i].ending) to_fetch.push_back(handles[i]);
    at = next;
  }
  num_unfinished_ = handles.size() - to_fetch.size();
  const Reply fetched = to_fetch.empty() ? Reply{} : fetch(to_fetch);
  for (const Handle& handle : to_fetch) records_.erase(handle.scheduler_id);
  if (fetched.reachable) return answer;
  for (JobStatus& status : answer.statuses) {
    if (status.ending) status = {JobState::kUnknown, {}, "its files cannot be copied back"};
  }
  answer.message = fetched.message;
  return answer;
}

Answer SshLauncher::cancel(std::span<const Handle> handles) {
  std::string script = fmt::format("{}{}", kPresence, kCancel);
  for (const Handle& handle : handles) {
    script += fmt::format("cancel {}\n", remote_record(handle));
  }
  const Reply reply = there(script);
  return {reply.reachable, reply.message, {}};
}

std::string SshLauncher::explain(const Handle& handle) {
  const Reply reply =
      there(fmt::format("{}presence {}; echo $state $pid\n", kPresence, remote_record(handle)));
  if (!reply.reachable) return fmt::format("{} does not answer: {}", options_.host, reply.message);
  const std::string& text = reply.result.output;
  if (text.starts_with("alive ")) {
    return fmt::format("It runs as process {} on {}.", text.substr(6, text.find('\n') - 6),
                       options_.host);
  }
  return text.starts_with("none") ? fmt::format("It has not started on {}.", options_.host)
                                  : fmt::format("It does not run on {} any more.", options_.host);
}

JobRecord SshLauncher::record(const Handle& handle) {
  const auto it = records_.find(handle.scheduler_id);
  return it == records_.end() ? Launcher::record(handle) : it->second;
}

}  // namespace sciwright::jobs
