#pragma once

#include <string>
#include <vector>

#include "workflow/definition.h"
#include "workflow/graph.h"

namespace sciwright::coordinator {

/// A short hash for each node of what it is by its definition and by those of all that it depends
/// on: another one means that results of before are not its results. How often, how long, with how
/// much and when it runs, and how it is drawn, is not in it; contents of files are not either.
std::vector<std::string> fingerprints(const workflow::Definition& definition,
                                      const workflow::Graph& graph);

}  // namespace sciwright::coordinator
