#include "jobs/local_launcher.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/socket.h>

#include "jobs/job_script.h"
#include "jobs/supervisor.h"

namespace sciwright::jobs {
namespace {

SupervisedJob supervised(const Job& job, std::uint64_t number, std::string scheduler_id) {
  SupervisedJob out;
  out.number = number;
  out.time_limit_s = job.resources.time_limit_s;
  out.facts = start_facts(job, "local");
  out.scheduler_id = std::move(scheduler_id);
  out.directory = job.directory.string();
  out.working_directory =
      job.working_directory.empty() ? out.directory : job.working_directory.string();
  out.record = record_path(job.directory, job.attempt).string();
  out.command = command_line(job);
  for (const auto& [name, value] : job.environment) out.environment.push_back(name + "=" + value);
  return out;
}

/// Takes an attempt that nobody has started, so that nobody can. False when it was started.
bool claim_as_cancelled(const Handle& handle) {
  const std::string path = record_path(handle.directory, handle.attempt).string();
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (file < 0) return false;
  constexpr std::string_view kLine = "{\"event\":\"ended\",\"kind\":\"cancelled\"}\n";
  [[maybe_unused]] const ssize_t written = ::write(file, kLine.data(), kLine.size());
  ::close(file);
  return true;
}

void note_termination(const Handle& handle) {
  const std::string path = record_path(handle.directory, handle.attempt).string();
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return;
  constexpr std::string_view kLine = "{\"event\":\"terminating\"}\n";
  [[maybe_unused]] const ssize_t written = ::write(file, kLine.data(), kLine.size());
  ::close(file);
}

}  // namespace

LocalLauncher::LocalLauncher(int num_slots, double grace_s)
    : num_slots_(static_cast<std::size_t>(std::max(num_slots, 1))),
      grace_s_(grace_s),
      socket_(start_supervisor(num_slots, grace_s)) {}

LocalLauncher::~LocalLauncher() { forget_supervisor(); }

Capabilities LocalLauncher::capabilities() const {
  return {.name = "local",
          .keeps_time_limits = true,
          .knows_endings = true,
          .outlives_machine = false,
          .poll_interval_s = 0.005};
}

/// Enough are handed over that no place is empty while news travel, few enough that polls stay
/// cheap; and not one by one, since each parcel is two lines of the ledger.
std::size_t LocalLauncher::most_unfinished() const { return 64 + 4 * num_slots_; }

std::size_t LocalLauncher::free_places() const {
  const bool is_open = num_unfinished_ <= most_unfinished() / 2 && num_foreign_ < num_slots_;
  return is_open ? most_unfinished() - num_unfinished_ : 0;
}

Parcel LocalLauncher::next_parcel(std::span<const Job> waiting) {
  Parcel parcel;
  const std::size_t count = std::min(free_places(), waiting.size());
  if (count == 0) {
    parcel.wait_reason = fmt::format("all {} places are taken", num_slots_);
    return parcel;
  }
  for (std::size_t i = 0; i < count; ++i) parcel.jobs.push_back(i);
  return parcel;
}

Submission LocalLauncher::submit(const std::string& parcel, std::span<const Job> jobs) {
  if (socket_ < 0) socket_ = start_supervisor(static_cast<int>(num_slots_), grace_s_);
  Submission submission;
  std::string messages;
  for (const Job& job : jobs) {
    const std::string id = fmt::format("{}.{}", parcel, submission.scheduler_ids.size());
    messages += encode(supervised(job, next_number_, id));
    known_[id].number = next_number_;
    numbers_[next_number_++] = id;
    ++num_unfinished_;
    submission.scheduler_ids.push_back(id);
  }
  send(messages);
  return submission;
}

void LocalLauncher::send(const std::string& message) {
  std::size_t done = 0;
  while (socket_ >= 0 && done < message.size()) {
    const ssize_t count =
        ::send(socket_, message.data() + done, message.size() - done, MSG_NOSIGNAL);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      forget_supervisor();
    }
  }
}

/// Its jobs are known by their records only from now on.
void LocalLauncher::forget_supervisor() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  for (const auto& [number, id] : numbers_) known_.erase(id);
  numbers_.clear();
  num_unfinished_ = 0;
}

void LocalLauncher::read_news() {
  char buffer[1 << 14];
  while (socket_ >= 0) {
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count > 0) {
      received_.append(buffer, static_cast<std::size_t>(count));
    } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      break;
    } else {
      forget_supervisor();
    }
  }
  SupervisorNews news;
  std::size_t at = 0;
  for (; received_.size() - at >= sizeof news; at += sizeof news) {
    std::memcpy(&news, received_.data() + at, sizeof news);
    const auto number = numbers_.find(news.number);
    if (number == numbers_.end()) continue;
    JobStatus& status = known_[number->second].status;
    if (news.kind == SupervisorNews::Kind::kStarted) {
      status.state = JobState::kRunning;
      continue;
    }
    if (news.kind == SupervisorNews::Kind::kTaken) {
      known_.erase(number->second);
    } else {
      status = ended(news.ending);
      if (news.exit_code >= 0) status.ending->exit_code = news.exit_code;
      if (news.signal != 0) status.ending->signal = news.signal;
    }
    numbers_.erase(number);
    --num_unfinished_;
  }
  received_.erase(0, at);
}

/// A parcel of another process is dropped with it, but for what has been claimed; and what has been
/// claimed is not started again when it is handed over again.
Found LocalLauncher::find(const std::string&, std::span<const Handle>) { return {}; }

/// A job of another process, by what is written about it.
JobStatus LocalLauncher::foreign_status(const Handle& handle, const JobRecord& there) {
  if (there.ending) return {JobState::kEnded, there.ending, {}};
  if (!there.start) return {};
  switch (presence_of(*there.start)) {
    case Presence::kAlive:
      return {JobState::kRunning, {}, {}};
    case Presence::kGone:
      // The end is recorded before the process vanishes, so what is not there now never will be.
      return Launcher::record(handle).ending ? JobStatus{} : ended(EndingKind::kLost);
    case Presence::kElsewhere:
      break;
  }
  return {JobState::kUnknown, {}, fmt::format("started on {}", there.start->host)};
}

Answer LocalLauncher::poll(std::span<const Handle> handles) {
  read_news();
  Answer answer;
  answer.statuses.reserve(handles.size());
  num_foreign_ = 0;
  for (std::size_t i = 0; i < handles.size(); ++i) {
    const auto known = known_.find(handles[i].scheduler_id);
    if (known != known_.end()) {
      answer.statuses.push_back(known->second.status);
      continue;
    }
    const JobRecord there = Launcher::record(handles[i]);
    answer.statuses.push_back(foreign_status(handles[i], there));
    if (!there.claimed) answer.dropped.push_back(i);
    if (answer.statuses.back().state != JobState::kRunning) continue;
    ++num_foreign_;
    if (is_deaf(handles[i])) ::kill(-there.start->pid, SIGKILL);
  }
  return answer;
}

/// Did not end in time though it was told to.
bool LocalLauncher::is_deaf(const Handle& handle) const {
  const auto told = told_to_end_.find(handle.scheduler_id);
  const double grace_ns = 1e9 * grace_s_;
  return told != told_to_end_.end() &&
         static_cast<double>(clock_.steady_ns() - told->second) >= grace_ns;
}

Answer LocalLauncher::cancel(std::span<const Handle> handles) {
  for (const Handle& handle : handles) {
    const auto known = known_.find(handle.scheduler_id);
    if (known != known_.end()) {
      send(encode_cancel(known->second.number));
      continue;
    }
    if (claim_as_cancelled(handle)) continue;
    const JobRecord there = record(handle);
    if (there.start && !there.ending && presence_of(*there.start) == Presence::kAlive) {
      // Its supervisor will not know why it ends.
      note_termination(handle);
      ::kill(-there.start->pid, SIGTERM);
      told_to_end_.try_emplace(handle.scheduler_id, clock_.steady_ns());
    }
  }
  return {};
}

std::string LocalLauncher::explain(const Handle& handle) {
  const JobStatus status = poll(std::span(&handle, 1)).statuses.front();
  if (status.state == JobState::kPending) {
    return fmt::format("All {} places are taken; it starts when one is free.", num_slots_);
  }
  const JobRecord there = Launcher::record(handle);
  if (!there.start) return {};
  return fmt::format("It runs as process {} on {} since {}.", there.start->pid, there.start->host,
                     there.start->utc);
}

JobRecord LocalLauncher::record(const Handle& handle) {
  const auto known = known_.find(handle.scheduler_id);
  if (known == known_.end() || known->second.status.ending) return Launcher::record(handle);
  return {};
}

}  // namespace sciwright::jobs
