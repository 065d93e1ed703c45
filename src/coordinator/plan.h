#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "workflow/definition.h"
#include "workflow/graph.h"
#include "workflow/state.h"

namespace sciwright::coordinator {

/// What an end means for those that depend on it.
enum class Outcome {
  kGood,    ///< It has results.
  kPassed,  ///< It has none, and those that depend on it go on: skipped by a condition.
  kBad      ///< They stay ready, but for select and compete, who choose among the others.
};

/// The message of one that was cancelled since another won.
inline constexpr const char* kAnotherWon = "another one won";

/// By its status; of a skipped node its values tell whether it was up to date.
Outcome outcome_of(const workflow::NodeState& node);

/// Whether it is a `select` or `compete`, which need not wait for all of their parents.
bool is_chooser(const workflow::Node& node);

/// Which nodes may start. It is kept by the ends of nodes, each of which costs its children only.
/// Nodes wait in queues, one for each place where nodes run, by priority, then in the order of the
/// file.
class Plan final {
 public:
  /// What a plan is made for; all outlive it.
  struct Request {
    const workflow::Definition& definition;
    const workflow::Graph& graph;
    std::vector<std::uint16_t> queues = {};  ///< By node: its queue.
    std::size_t num_queues = 1;
    std::vector<bool> selected = {};  ///< By node; with a node all that it needs. Empty: all.
  };
  Plan(Request request, const workflow::State& state);

  /// Begins anew from a state, with all nodes that are ready there.
  void rebuild(const workflow::State& state);
  /// A node's end is final. `state` is the one after it.
  void end(std::size_t node, const workflow::State& state);
  /// Its time has come again.
  void enqueue(std::size_t node);
  /// Takes the next node of a queue; it may have been held or ended meanwhile.
  std::optional<std::size_t> take(std::size_t queue);

  bool has_ready() const { return num_queued_ > 0; }
  bool is_selected(std::size_t node) const {
    return request_.selected.empty() || request_.selected[node];
  }
  /// It will not start, since something that it needs ended badly.
  bool is_blocked(std::size_t node) const { return is_blocked_[node]; }
  std::size_t queue_of(std::size_t node) const { return request_.queues[node]; }
  std::size_t num_queues() const { return request_.num_queues; }

 private:
  /// Higher priority first, then the lower index.
  struct Waiting {
    int priority = 0;
    std::size_t node = 0;
    bool operator<(const Waiting& other) const {
      return priority != other.priority ? priority < other.priority : node > other.node;
    }
  };

  void tell_children(std::size_t node, Outcome outcome);
  void note_parent(std::size_t node, Outcome outcome);
  bool may_start(std::size_t node) const;

  const Request request_;
  std::vector<std::uint32_t> num_open_;  ///< Parents of which nothing is known yet.
  std::vector<std::uint32_t> num_good_;  ///< Parents with results.
  std::vector<bool> is_blocked_;
  std::vector<bool> is_queued_;
  std::vector<bool> is_waiting_;  ///< Neither handed over nor over.
  std::vector<std::priority_queue<Waiting>> queues_;
  std::size_t num_queued_ = 0;
};

}  // namespace sciwright::coordinator
