#include "record/git_state.h"

#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/process.h"

namespace sciwright::record {
namespace {

/// What `git ARGUMENTS` writes to stdout; nothing when it fails or is not installed.
std::optional<std::string> git_output(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"git", "--no-optional-locks"});
  CommandResult result = run_command({.arguments = std::move(arguments)});
  if (!result.succeeded()) return {};
  return std::move(result.output);
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
