#include "base/process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/process_io.h"

extern char** environ;

namespace sciwright {
namespace {

/// Closes on scope exit, or before.
struct Descriptor {
  int value = -1;
  ~Descriptor() { reset(); }
  void reset() {
    if (value >= 0) ::close(value);
    value = -1;
  }
};

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorKind::kFailure, fmt::format("cannot {}: {}", what, std::strerror(errno)));
}

struct Pipe {
  Descriptor read;
  Descriptor write;
};

void open_pipe(Pipe& out) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("make a pipe");
  out.read.value = ends[0];
  out.write.value = ends[1];
}

/// The text as a file without a name: no writer has to wait for, or die of, a program that does not
/// read its input.
int input_file(const std::string& text) {
  const int file = ::memfd_create("input", MFD_CLOEXEC);
  if (file < 0) fail("make a memory file");
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR) fail("write a memory file");
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

/// Starts the program; 0 when it cannot be executed.
pid_t spawn(const Command& command, int input, int output, int error) {
  std::vector<char*> argv;
  for (const std::string& word : command.arguments) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  if (!command.interactive) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int problem =
      ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (problem == EAGAIN || problem == ENOMEM) {
    errno = problem;
    fail("start a process");
  }
  return problem == 0 ? pid : 0;
}

/// Appends what there is to read; closes at the end of the file.
void drain(Descriptor& from, std::string& to) {
  char buffer[1 << 16];
  const ssize_t count = ::read(from.value, buffer, sizeof buffer);
  if (count > 0) {
    to.append(buffer, static_cast<std::size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    from.reset();
  }
}

/// Reads both ends until they are closed. False when the time is over before.
bool collect(Descriptor& output, Descriptor& error, double time_limit_s, CommandResult& result) {
  using SteadyClock = std::chrono::steady_clock;
  const auto end = SteadyClock::now() + std::chrono::duration<double>(time_limit_s);
  while (output.value >= 0 || error.value >= 0) {
    int wait_ms = -1;
    if (time_limit_s > 0) {
      const std::chrono::duration<double, std::milli> left = end - SteadyClock::now();
      if (left.count() <= 0) return false;
      wait_ms = static_cast<int>(left.count()) + 1;
    }
    std::array<pollfd, 2> ends = {{{output.value, POLLIN, 0}, {error.value, POLLIN, 0}}};
    if (::poll(ends.data(), ends.size(), wait_ms) < 0 && errno != EINTR) fail("wait for a pipe");
    if (ends[0].revents != 0) drain(output, result.output);
    if (ends[1].revents != 0) drain(error, result.error);
  }
  return true;
}

/// A small file of the kernel; empty when it is not there or vanishes meanwhile.
std::string kernel_text(const char* path) {
  const Descriptor file{::open(path, O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) return {};
  char buffer[4096];
  const ssize_t count = ::read(file.value, buffer, sizeof buffer);
  return count > 0 ? std::string(buffer, static_cast<std::size_t>(count)) : std::string();
}

}  // namespace

CommandResult run_command(const Command& command) {
  CommandResult result;
  const Descriptor input{input_file(command.input)};
  Pipe output;
  Pipe error;
  open_pipe(output);
  open_pipe(error);
  const pid_t pid = spawn(command, input.value, output.write.value, error.write.value);
  if (pid == 0) return result;
  result.found = true;
  output.write.reset();
  error.write.reset();
  result.timed_out = !collect(output.read, error.read, command.time_limit_s, result);
  if (result.timed_out) ::kill(command.interactive ? pid : -pid, SIGKILL);
  const int status = wait_for_child(pid);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

std::string boot_id() {
  std::string id = kernel_text("/proc/sys/kernel/random/boot_id");
  while (id.ends_with('\n')) id.pop_back();
  return id;
}

std::string process_start(int pid) {
  // Field 22, counted from the last parenthesis, since field 2 is a free text.
  const std::string text = kernel_text(fmt::format("/proc/{}/stat", pid).c_str());
  std::size_t at = text.rfind(')');
  // Only an init that does not reap leaves such behind; nobody will learn anything from it.
  if (at == std::string::npos || text.substr(at, 6) == ") Z 1 ") return {};
  for (int field = 2; field < 22; ++field) at = text.find(' ', at + 1);
  return text.substr(at + 1, text.find(' ', at + 1) - at - 1);
}

}  // namespace sciwright
