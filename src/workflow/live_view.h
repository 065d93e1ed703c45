#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "workflow/state.h"

namespace sciwright::workflow {

/// Room on a terminal.
struct TerminalSize {
  std::size_t num_lines = 24;
  std::size_t num_columns = 80;
};

/// What a terminal shows of a workflow while it runs: how far it is, the nodes by groups, and what
/// runs. A group is a sub-pipeline (`prepare.*`) or nodes whose names differ in their numbers
/// (`train-*`). Fits any number of nodes into the terminal.
class LiveView final {
 public:
  /// Names of all nodes, in the order of the file.
  explicit LiveView(const std::vector<std::string>& names);

  /// One line less than there is room for, each not longer than the room, without control
  /// characters. `state` has the nodes that the view was made for.
  std::vector<std::string> lines(const State& state, std::int64_t now_utc_ns,
                                 TerminalSize size) const;

 private:
  struct Tally;
  std::vector<Tally> tallies(const State& state) const;
  std::vector<std::string> group_lines(const State& state, std::size_t room) const;

  std::vector<std::string> groups_;    ///< Their names, in the order of their first nodes.
  std::vector<std::size_t> group_of_;  ///< By node.
  std::vector<std::size_t> num_of_;    ///< Nodes of a group.
  std::size_t name_width_ = 0;
};

/// "prepare.*", "train-*", or the name itself.
std::string group_of_name(const std::string& name);

}  // namespace sciwright::workflow
