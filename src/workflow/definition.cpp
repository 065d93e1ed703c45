#include "workflow/definition.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sciwright::workflow {
namespace {

constexpr std::array<std::string_view, 13> kKindNames = {
    "local", "sh",  "python",     "notebook", "ssh",     "slurm",    "lsf",
    "pbs",   "wsl", "experiment", "select",   "compete", "cooperate"};

constexpr std::size_t kLongestName = 100;

}  // namespace

std::string_view kind_name(NodeKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

std::optional<NodeKind> kind_named(std::string_view name) {
  const auto found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<NodeKind>(found - kKindNames.begin());
}

bool runs_a_process(const Node& node) { return !node.exec.empty() || !node.script.empty(); }

bool is_good_name(std::string_view name) {
  const auto is_good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kLongestName && name.front() != '-' && name != "." &&
         name != ".." && std::all_of(name.begin(), name.end(), is_good);
}

}  // namespace sciwright::workflow
