#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "workflow/definition.h"
#include "workflow/graph.h"
#include "workflow/state.h"

namespace sciwright::coordinator {

/// A workflow and where it is; all outlive whoever is given it.
struct Situation {
  const workflow::Definition& definition;
  const workflow::Graph& graph;
  const workflow::State& state;
};

/// Adds what a node reported as variables of the environment: SCIWRIGHT_TRAIN_A_SCORE.
void add_values(const std::string& node, const std::map<std::string, std::string>& values,
                std::map<std::string, std::string>& environment);

/// What the nodes that a node directly depends on reported, as variables of the environment.
std::map<std::string, std::string> parents_values(const Situation& situation, std::size_t node);

}  // namespace sciwright::coordinator
