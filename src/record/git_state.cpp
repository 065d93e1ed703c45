#include "record/git_state.h"

#include <cerrno>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <sys/wait.h>

#include "base/hash.h"

extern char** environ;

namespace sciwright::record {
namespace {

std::string read_all(int descriptor) {
  std::string out;
  char buffer[1 << 14];
  while (true) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count > 0) {
      out.append(buffer, static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      return out;
    }
  }
}

/// What `git ARGUMENTS` writes to stdout; nothing when it fails or is not installed.
std::optional<std::string> git_output(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"git", "--no-optional-locks"});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, "git", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string out = error == 0 ? read_all(ends[0]) : "";
  ::close(ends[0]);
  if (error != 0) return {};
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return {};
  return out;
}

std::string without_newline(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

std::optional<GitState> read_git_state(const std::filesystem::path& directory) {
  const std::string where = directory.string();
  const auto ask = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-C", where});
    return git_output(std::move(arguments));
  };
  if (!ask({"rev-parse", "--git-dir"})) return {};
  GitState state;
  state.commit = without_newline(ask({"rev-parse", "--verify", "HEAD"}).value_or(""));
  state.branch = without_newline(ask({"rev-parse", "--abbrev-ref", "HEAD"}).value_or(""));
  const std::string diff =
      ask({"diff", "HEAD", "--binary", "--no-ext-diff", "--no-textconv", "--no-color"})
          .value_or("");
  if (!diff.empty()) state.diff_sha256 = sha256_hex(diff);
  return state;
}

}  // namespace sciwright::record
