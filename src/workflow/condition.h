#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "experiment/expression.h"
#include "workflow/state.h"

namespace sciwright::workflow {

/// Nodes by name.
using NodeIndex = std::unordered_map<std::string, std::size_t>;

/// A condition's mention of another node, `train.score`: where it stands and what it names.
struct Mention {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string node = {};
  std::string key = {};
};

/// A node's `when`: an expression (experiment/expression.h) over values of other nodes, such as
/// `train.score > 0.9 and pick.winner == 'a'`. A node's key is `status`, `attempt`, `progress`,
/// `exit_code`, `message`, or a value it reported; what it did not report is none. Where names
/// could be read in two ways, the longest name of a node counts, also with `-` and `.` in it.
class Condition final {
 public:
  /// Nothing where the text is no condition over these nodes; then `problem` says why.
  static std::optional<Condition> parse(std::string_view text, const NodeIndex& nodes,
                                        std::string& problem);

  /// The other nodes it speaks of, each once, in the order of the text.
  std::vector<std::string> nodes() const;

  /// Whether it holds; with a problem where it cannot be computed (a text compared with a number).
  struct Result {
    bool holds = false;
    std::string problem = {};
  };
  Result evaluate(const State& state) const;

 private:
  std::vector<Mention> variables_;  ///< One for each variable of the expression.
  std::optional<experiment::Expression> expression_;
};

/// The condition of a node of a sub-pipeline as it reads from outside: each node of `nodes` that it
/// names gets `outer.` before its name.
std::string condition_within(std::string_view text, const std::string& outer,
                             const NodeIndex& nodes);

}  // namespace sciwright::workflow
