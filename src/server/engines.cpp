#include "server/engines.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/wait.h>

#include "base/files.h"

extern char** environ;

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLook{5};
constexpr std::int64_t kStartLimit_ns = 10'000'000'000;
constexpr std::int64_t kMeetLimit_ns = 2'000'000'000;

/// In a session of its own, with no descriptor of ours and no blocked signal, its words in `log`.
pid_t spawn_detached(const std::vector<std::string>& arguments, const fs::path& log) {
  std::vector<char*> argv;
  for (const std::string& word : arguments) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int problem =
      ::posix_spawn(&pid, argv.front(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (problem == 0) return pid;
  throw Error(ErrorKind::kFailure,
              fmt::format("cannot start {}: {}", arguments.front(), std::strerror(problem)));
}

Problems lines_of(std::string_view text) {
  Problems lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

/// What was said behind a size of a log.
Problems said_behind(const fs::path& log, std::size_t size) {
  const std::string said = read_file_if_there(log).value_or("");
  return lines_of(std::string_view(said).substr(std::min(size, said.size())));
}

std::size_t size_of(const fs::path& log) {
  std::error_code error;
  const auto size = fs::file_size(log, error);
  return error ? 0 : static_cast<std::size_t>(size);
}

}  // namespace

std::optional<int> Engines::watch(pid_t pid, std::int64_t limit_ns,
                                  const std::function<bool()>& is_enough) {
  const std::int64_t end_ns = site_.clock.steady_ns() + limit_ns;
  while (!is_enough() && !is_ending_ && site_.clock.steady_ns() < end_ns) {
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) == pid) return status;
    std::this_thread::sleep_for(kLook);
  }
  const std::lock_guard lock(mutex_);
  children_.insert(pid);
  return std::nullopt;
}

Problems Engines::start(const coordinator::WorkflowFolder& folder, const std::string& verb,
                        const std::vector<std::string>& options) {
  if (has_engine(folder)) {
    throw usage_error(fmt::format("{}: it runs already", folder.definition.string()));
  }
  make_directories(folder.state);
  const std::size_t before = size_of(folder.log());
  std::vector<std::string> arguments = {site_.program, "workflow", verb,
                                        folder.definition.string()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const pid_t pid = spawn_detached(arguments, folder.log());
  const auto status =
      watch(pid, kStartLimit_ns, [&folder] { return coordinator::has_engine(folder); });
  if (!status) return {};
  const bool is_refused =
      !WIFEXITED(*status) || WEXITSTATUS(*status) == static_cast<int>(ErrorKind::kUsage);
  return is_refused ? said_behind(folder.log(), before) : Problems();
}

Problems Engines::meet(const coordinator::WorkflowFolder& folder,
                       const coordinator::Request& request) {
  std::vector<std::string> arguments = {site_.program, "workflow",
                                        std::string(coordinator::request_name(request.kind)),
                                        folder.definition.string()};
  if (!request.node.empty()) arguments.push_back(request.node);
  make_directories(folder.state);
  const std::size_t before = size_of(folder.log());
  const auto status =
      watch(spawn_detached(arguments, folder.log()), kMeetLimit_ns, [] { return false; });
  if (!status || (WIFEXITED(*status) && WEXITSTATUS(*status) == 0)) return {};
  const Problems said = said_behind(folder.log(), before);
  arguments.front() = "sciwright";
  return said.empty() ? Problems{fmt::format("`{}` failed", fmt::join(arguments, " "))} : said;
}

bool Engines::has_engine(const coordinator::WorkflowFolder& folder) {
  reap();
  return coordinator::has_engine(folder);
}

void Engines::reap() {
  const std::lock_guard lock(mutex_);
  std::erase_if(children_, [](pid_t pid) {
    int status = 0;
    return ::waitpid(pid, &status, WNOHANG) != 0;
  });
}

}  // namespace sciwright::server
