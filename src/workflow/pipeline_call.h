#pragma once

#include <filesystem>
#include <vector>

#include "workflow/definition.h"
#include "workflow/node_reader.h"

namespace sciwright::workflow {

/// The nodes of a sub-pipeline as nodes of the workflow that calls it: names OUTER.INNER, paths
/// relative to the caller's folder, conditions and failure policies of the call and the pipeline
/// taken over, its environment below their own.
std::vector<Node> adopted_nodes(Definition inner, const NodeDraft& call,
                                const std::filesystem::path& folder);

}  // namespace sciwright::workflow
