#include "jobs/supervisor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <limits>
#include <map>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/process.h"
#include "jobs/job.h"
#include "jobs/record_writer.h"
#include "jobs/supervisor_messages.h"

extern char** environ;

namespace sciwright::jobs {
namespace {

using Nanoseconds = std::int64_t;
constexpr Nanoseconds kNever = std::numeric_limits<Nanoseconds>::max();

Nanoseconds nanoseconds(double seconds) { return static_cast<Nanoseconds>(1e9 * seconds); }

/// A job whose process is there.
struct RunningJob {
  std::uint64_t number = 0;
  int record = -1;                               ///< Descriptor of its record.
  Nanoseconds deadline = kNever;                 ///< When the next signal is due.
  EndingKind stopped_as = EndingKind::kSuccess;  ///< Why it gets signals; kSuccess for none.
};

/// The environment with additions, which replace what has their name.
std::vector<char*> environment_with(const std::vector<std::string>& additions) {
  std::vector<char*> all;
  for (const std::string& text : additions) all.push_back(const_cast<char*>(text.c_str()));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    const bool replaced = std::any_of(additions.begin(), additions.end(),
                                      [&](const auto& other) { return other.starts_with(name); });
    if (!replaced) all.push_back(*entry);
  }
  all.push_back(nullptr);
  return all;
}

/// Starts the command in a session of its own with its output appended to files. Returns errno.
int spawn_job(const SupervisedJob& job, pid_t& pid) {
  constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
  const std::string out = job.directory + "/" + kStdoutFile;
  const std::string err = job.directory + "/" + kStderrFile;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kAppend, 0666);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), kAppend, 0666);
  posix_spawn_file_actions_addchdir_np(&actions, job.working_directory.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);

  std::vector<char*> argv;
  for (const std::string& word : job.command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> environment = environment_with(job.environment);
  const int error =
      ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

bool has_ended(pid_t pid) {
  siginfo_t info{};
  const auto id = static_cast<id_t>(pid);
  return ::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/// The process that `start_supervisor` makes.
class Supervisor final {
 public:
  Supervisor(int socket, int num_slots, double grace_s)
      : socket_(socket),
        num_slots_(static_cast<std::size_t>(std::max(num_slots, 1))),
        grace_(nanoseconds(grace_s)) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  void run() {
    while (socket_ >= 0 || !running_.empty() || records_.has_waiting()) {
      wait();
      records_.try_again();
      read_socket();
      read_signals();
      reap();
      stop_overdue();
      while (running_.size() < num_slots_ && !queue_.empty()) start_next();
    }
  }

 private:
  void wait() {
    Nanoseconds next = kNever;
    for (const auto& [pid, job] : running_) next = std::min(next, job.deadline);
    int wait_ms = -1;
    if (next != kNever) {
      const Nanoseconds left = std::max<Nanoseconds>(next - clock_.steady_ns(), 0);
      wait_ms = static_cast<int>(std::min<Nanoseconds>(left / 1'000'000 + 1, 3'600'000));
    }
    constexpr int kNextTry_ms = 500;
    if (records_.has_waiting() && (wait_ms < 0 || wait_ms > kNextTry_ms)) wait_ms = kNextTry_ms;
    std::array<pollfd, 2> ends = {{{socket_, POLLIN, 0}, {signals_, POLLIN, 0}}};
    ::poll(ends.data(), ends.size(), wait_ms);
  }

  /// Reads all there is before anything is started: after an end of file nothing is.
  void read_socket() {
    char buffer[1 << 16];
    while (socket_ >= 0) {
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (count > 0) {
        received_.append(buffer, static_cast<std::size_t>(count));
      } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        break;
      } else {
        close_socket();
      }
    }
    while (auto order = take_order(received_)) {
      if (socket_ < 0) continue;
      if (auto* job = std::get_if<SupervisedJob>(&*order)) {
        queue_.push_back(std::move(*job));
      } else {
        cancel(std::get<std::uint64_t>(*order));
      }
    }
  }

  void close_socket() {
    ::close(socket_);
    socket_ = -1;
    queue_.clear();
  }

  void read_signals() {
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      if (info.ssi_signo != SIGTERM) continue;
      if (socket_ >= 0) close_socket();
      for (auto& [pid, job] : running_) stop(pid, job, EndingKind::kCancelled);
    }
  }

  void cancel(std::uint64_t number) {
    const auto waiting = std::find_if(queue_.begin(), queue_.end(),
                                      [&](const auto& job) { return job.number == number; });
    if (waiting != queue_.end()) {
      tell({.number = number,
            .kind = SupervisorNews::Kind::kEnded,
            .ending = EndingKind::kCancelled});
      queue_.erase(waiting);
      return;
    }
    for (auto& [pid, job] : running_) {
      if (job.number == number) stop(pid, job, EndingKind::kCancelled);
    }
  }

  /// One that has ended, and is not reaped yet, ended by itself.
  void stop(pid_t pid, RunningJob& job, EndingKind kind) {
    if (job.stopped_as != EndingKind::kSuccess || has_ended(pid)) return;
    job.stopped_as = kind;
    job.deadline = clock_.steady_ns() + grace_;
    ::kill(-pid, SIGTERM);
    ::kill(-pid, SIGCONT);
  }

  void stop_overdue() {
    const Nanoseconds now = clock_.steady_ns();
    for (auto& [pid, job] : running_) {
      if (job.deadline > now) continue;
      if (job.stopped_as == EndingKind::kSuccess) {
        stop(pid, job, EndingKind::kTimeLimit);
      } else {
        job.deadline = kNever;
        ::kill(-pid, SIGKILL);
      }
    }
  }

  void start_next() {
    const SupervisedJob job = std::move(queue_.front());
    queue_.pop_front();
    const int record =
        ::open(job.record.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
    if (record < 0) {
      if (errno == EEXIST) {
        tell({.number = job.number, .kind = SupervisorNews::Kind::kTaken});
      } else {
        tell_not_started(job);
      }
      return;
    }
    pid_t pid = 0;
    if (const int error = spawn_job(job, pid)) {
      report_spawn_failure(job, record, error);
      return;
    }
    records_.write(
        record,
        fmt::format(
            R"({},"event":"started","utc":"{}","host":"{}","pid":{},"pid_start":"{}","boot":"{}","scheduler_id":"{}"}})"
            "\n",
            job.facts, now_utc(), host_, pid, process_start(pid), boot_, job.scheduler_id));
    RunningJob& running = running_[pid];
    running = {.number = job.number, .record = record};
    if (job.time_limit_s > 0) {
      running.deadline = clock_.steady_ns() + nanoseconds(job.time_limit_s);
    }
    tell({.number = job.number, .kind = SupervisorNews::Kind::kStarted});
  }

  /// As a shell says that it cannot start a command: exit code 127, the reason on stderr.
  void report_spawn_failure(const SupervisedJob& job, int record, int error) {
    const std::string path = job.directory + "/" + kStderrFile;
    const int log = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
    if (log >= 0) {
      std::string text = fmt::format("cannot start {} in {}: {}\n", job.command.front(),
                                     job.working_directory, std::strerror(error));
      write_some(log, text);
      ::close(log);
    }
    records_.write(record, fmt::format(R"({},"event":"ended","utc":"{}","exit_code":127}})"
                                       "\n",
                                       job.facts, now_utc()));
    records_.close(record);
    tell_not_started(job);
  }

  void tell_not_started(const SupervisedJob& job) {
    tell({.number = job.number,
          .kind = SupervisorNews::Kind::kEnded,
          .ending = EndingKind::kFailure,
          .exit_code = 127});
  }

  /// The end is recorded before the process is reaped: whoever finds the process gone finds its
  /// end.
  void reap() {
    while (true) {
      siginfo_t info{};
      if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
      const auto it = running_.find(info.si_pid);
      if (it != running_.end()) {
        ::kill(-info.si_pid, SIGKILL);
        record_end(it->second, info);
        running_.erase(it);
      }
      ::waitpid(info.si_pid, nullptr, 0);
    }
  }

  void record_end(const RunningJob& job, const siginfo_t& info) {
    const bool exited = info.si_code == CLD_EXITED;
    SupervisorNews news{.number = job.number, .kind = SupervisorNews::Kind::kEnded};
    (exited ? news.exit_code : news.signal) = info.si_status;
    std::string stopped;
    if (job.stopped_as != EndingKind::kSuccess) {
      news.ending = job.stopped_as;
      stopped = fmt::format(R"(,"kind":"{}")", ending_name(news.ending));
    } else if (news.exit_code != 0) {
      news.ending = EndingKind::kFailure;
    }
    records_.write(job.record, fmt::format(R"({{"event":"ended","utc":"{}","{}":{}{}}})"
                                           "\n",
                                           now_utc(), exited ? "exit_code" : "signal",
                                           info.si_status, stopped));
    records_.close(job.record);
    tell(news);
  }

  std::string now_utc() const { return utc_iso8601(clock_.utc_ns(), 3); }

  void tell(const SupervisorNews& news) {
    if (socket_ >= 0) ::send(socket_, &news, sizeof news, MSG_NOSIGNAL);
  }

  int socket_;
  const std::size_t num_slots_;
  const Nanoseconds grace_;
  const Clock clock_ = system_clock();
  const std::string host_ = host_name();
  const std::string boot_ = boot_id();
  int signals_ = -1;
  std::string received_;
  std::deque<SupervisedJob> queue_;
  std::map<pid_t, RunningJob> running_;
  RecordWriter records_;
};

/// Lets go of everything of the process it was forked from but the socket.
void become_independent(int& socket) {
  constexpr int kSocket = 3;
  const int null = ::open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, standard);
  if (socket != kSocket) ::dup2(socket, kSocket);
  socket = kSocket;
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  ::close_range(kSocket + 1, ~0U, 0);
  for (const int ignored : {SIGINT, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(ignored, SIG_IGN);
  ::prctl(PR_SET_NAME, "sciwright-jobs");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

}  // namespace

int start_supervisor(int num_slots, double grace_s) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error(ErrorKind::kFailure, fmt::format("cannot make a socket: {}", std::strerror(errno)));
  }
  const pid_t child = ::fork();
  if (child < 0) {
    throw Error(ErrorKind::kFailure,
                fmt::format("cannot start a process for local jobs: {}", std::strerror(errno)));
  }
  if (child == 0) {
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    become_independent(ends[1]);
    Supervisor(ends[1], num_slots, grace_s).run();
    ::_exit(0);
  }
  ::close(ends[1]);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return ends[0];
}

}  // namespace sciwright::jobs
