#include "workflow/pipeline_call.h"

#include <utility>

#include <fmt/format.h>

#include "workflow/condition.h"

namespace sciwright::workflow {
namespace {

namespace fs = std::filesystem;

/// A path that is relative to one folder, relative to another.
void move_path(std::string& path, const fs::path& from, const fs::path& to) {
  if (path.empty() || path.starts_with('/') || from == to) return;
  path = (from / path).lexically_normal().lexically_relative(to).generic_string();
}

void move_study(StudyCall& study, const fs::path& from, const fs::path& to) {
  move_path(study.config, from, to);
  move_path(study.out, from, to);
  // A source may also be the name of a ready template.
  std::error_code ignored;
  if (fs::exists(from / study.source, ignored)) move_path(study.source, from, to);
}

void move_paths(Node& node, const fs::path& from, const fs::path& to) {
  if (from == to) return;
  move_path(node.script, from, to);
  for (std::string& path : node.inputs) move_path(path, from, to);
  for (std::string& path : node.outputs) move_path(path, from, to);
  if (node.kind == NodeKind::kExperiment) move_study(node.study.edit(), from, to);
  if (node.kind == NodeKind::kSsh) return;
  move_path(node.directory, from, to);
  if (node.directory.empty()) node.directory = from.lexically_relative(to).generic_string();
}

std::string both(const std::string& outer, const std::string& inner) {
  if (outer.empty() || inner.empty()) return outer + inner;
  return fmt::format("({}) and ({})", outer, inner);
}

}  // namespace

std::vector<Node> adopted_nodes(Definition inner, const NodeDraft& call, const fs::path& folder) {
  const Node& outer = call.node;
  NodeIndex names;
  for (std::size_t i = 0; i < inner.nodes.size(); ++i) names.emplace(inner.nodes[i].name, i);
  for (Node& node : inner.nodes) {
    move_paths(node, inner.folder, folder);
    node.name = outer.name + "." + node.name;
    node.when = both(outer.when, condition_within(node.when, outer.name, names));
    node.priority += outer.priority;
    node.starts_done = node.starts_done || outer.starts_done;
    if (!node.on_failure) node.on_failure = outer.on_failure;
    if (!node.on_failure && inner.on_failure == OnFailure::kStop)
      node.on_failure = OnFailure::kStop;
    for (const auto& [key, value] : *outer.environment)
      node.environment.edit().try_emplace(key, value);
  }
  return std::move(inner.nodes);
}

}  // namespace sciwright::workflow
