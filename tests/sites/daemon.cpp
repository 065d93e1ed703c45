#include "daemon.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sstream>
#include <thread>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright {

namespace fs = std::filesystem;

namespace {

/// The other processes that have a text in this file of /proc, whose parts end with a zero byte.
std::vector<pid_t> processes_with_in(const char* file, const std::string& text) {
  std::vector<pid_t> pids;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 1 || pid == ::getpid()) continue;
    try {
      const std::string content = '\0' + read_file(entry.path() / file);
      if (content.find(text) != std::string::npos) pids.push_back(pid);
    } catch (const Error&) {  // ended meanwhile, or not ours to read
    }
  }
  return pids;
}

}  // namespace

Daemon::Daemon(const std::vector<std::string>& arguments, const fs::path& log) {
  const std::string program = program_path(arguments.front());
  std::vector<char*> argv;
  for (const std::string& word : arguments) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const int out = ::open(log.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0644);
  const int in = ::open("/dev/null", O_RDONLY);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::close_range(3, ~0U, 0);
  ::setpgid(0, 0);
  ::execv(program.c_str(), argv.data());
  ::_exit(127);
}

Daemon& Daemon::operator=(Daemon&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

bool Daemon::is_running() const {
  siginfo_t info{};
  return pid_ > 0 &&
         ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

void Daemon::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  wait_until([&] { return !is_running(); }, 10);
  kill();
}

void Daemon::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
}

bool wait_until(const std::function<bool()>& ready, double limit_s) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(limit_s);
  while (!ready()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ::ntohs(address.sin_port);
}

std::string program_path(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = folder + "/" + program;
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

std::string missing_programs(const std::vector<std::string>& programs) {
  std::string missing;
  for (const std::string& program : programs) {
    if (program_path(program).empty()) missing += (missing.empty() ? "" : " ") + program;
  }
  return missing;
}

void kill_processes_with(const std::string& setting) {
  const std::string whole = '\0' + setting + '\0';
  for (const pid_t pid : processes_with_in("environ", whole)) ::kill(pid, SIGKILL);
}

std::vector<pid_t> processes_naming(const std::string& text) {
  return processes_with_in("cmdline", text);
}

void kill_processes_naming(const std::string& text) {
  wait_until(
      [&] {
        const std::vector<pid_t> pids = processes_naming(text);
        for (const pid_t pid : pids) ::kill(pid, SIGKILL);
        return pids.empty();
      },
      10);
}

}  // namespace sciwright
