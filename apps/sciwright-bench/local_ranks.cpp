#include "sciwright-bench/local_ranks.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/error.h"
#include "bench/stop_signal.h"

namespace sciwright {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kTurn = std::chrono::milliseconds(20);
/// To write a checkpoint and leave, after another rank was lost.
constexpr auto kGrace = std::chrono::seconds(30);

struct Rank {
  int number = 0;
  pid_t pid = -1;
  std::optional<int> status = {};  ///< As waitpid gives it.
};

bool has_failed(const Rank& rank) { return rank.status && *rank.status != 0; }

/// A port of the loopback that nobody listens at just now.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool is_bound = socket >= 0 &&
                        ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (socket >= 0) ::close(socket);
  if (!is_bound) throw Error(ErrorKind::kFailure, "--ranks: no port of 127.0.0.1 can be had");
  return ntohs(address.sin_port);
}

/// Only in the child, which is about to become another program.
void set_place(int rank, int count, int port) {
  const auto set = [](const char* name, const std::string& value) {
    ::setenv(name, value.c_str(), 1);
  };
  set("RANK", std::to_string(rank));
  set("LOCAL_RANK", std::to_string(rank));
  set("WORLD_SIZE", std::to_string(count));
  set("MASTER_ADDR", "127.0.0.1");
  set("MASTER_PORT", std::to_string(port));
}

Rank start_rank(int number, int count, int port, std::vector<std::string> words) {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) {
    throw Error(ErrorKind::kFailure,
                fmt::format("--ranks: cannot start rank {}: {}", number, std::strerror(errno)));
  }
  if (pid > 0) return {.number = number, .pid = pid};
  // Nobody trains on for a parent that was killed.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);
  set_place(number, count, port);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv("/proc/self/exe", argv.data());
  ::_exit(127);
}

/// Ranks being waited for.
class Ranks final {
 public:
  explicit Ranks(std::vector<Rank> ranks) : ranks_(std::move(ranks)) {}

  int wait() {
    const bench::StopSignal signal;
    bool is_told = false;
    while (has_running()) {
      reap();
      if (signal.requested() && signal.was_sent() && !is_told) {
        send(*signal.requested() == ErrorKind::kInterrupted ? SIGINT : SIGTERM);
        is_told = true;
      }
      end_those_left();
      std::this_thread::sleep_for(kTurn);
    }
    return exit_code();
  }

 private:
  bool has_running() const {
    return std::any_of(ranks_.begin(), ranks_.end(), [](const Rank& r) { return !r.status; });
  }

  void reap() {
    for (Rank& rank : ranks_) {
      int status = 0;
      if (rank.status || ::waitpid(rank.pid, &status, WNOHANG) != rank.pid) continue;
      rank.status = status;
      if (WIFSIGNALED(status)) {
        fmt::print(stderr, "sciwright: rank {} was killed by signal {}\n", rank.number,
                   WTERMSIG(status));
      }
      if (status != 0 && !first_failure_) first_failure_ = rank.number;
      if ((status != 0 || rank.number == 0) && !ending_since_) ending_since_ = SteadyClock::now();
    }
  }

  /// The others notice by themselves that one is lost, unless they hang.
  void end_those_left() {
    if (!ending_since_) return;
    const auto age = SteadyClock::now() - *ending_since_;
    if (age > kGrace) send(age > 2 * kGrace ? SIGKILL : SIGTERM);
  }

  void send(int signal) const {
    for (const Rank& rank : ranks_) {
      if (!rank.status) ::kill(rank.pid, signal);
    }
  }

  int exit_code() const {
    if (!first_failure_) return 0;
    const Rank& told = has_failed(ranks_.front()) && WIFEXITED(*ranks_.front().status)
                           ? ranks_.front()
                           : ranks_.at(static_cast<std::size_t>(*first_failure_));
    return WIFEXITED(*told.status) ? WEXITSTATUS(*told.status)
                                   : static_cast<int>(ErrorKind::kFailure);
  }

  std::vector<Rank> ranks_;
  std::optional<int> first_failure_;
  std::optional<SteadyClock::time_point> ending_since_;
};

}  // namespace

int run_local_ranks(int count, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"sciwright-bench"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const int port = free_port();
  std::vector<Rank> ranks;
  for (int number = 0; number < count; ++number) {
    ranks.push_back(start_rank(number, count, port, words));
  }
  return Ranks(std::move(ranks)).wait();
}

}  // namespace sciwright
