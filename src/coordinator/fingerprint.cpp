#include "coordinator/fingerprint.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/hash.h"

namespace sciwright::coordinator {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kNumDigits = 12;

Json facts_of(const workflow::Node& node) {
  Json facts = {{"name", node.name},
                {"kind", workflow::kind_name(node.kind)},
                {"user", node.user},
                {"host", node.host},
                {"script", node.script},
                {"exec", node.exec},
                {"venv", node.venv},
                {"environment", *node.environment},
                {"inputs", node.inputs},
                {"outputs", node.outputs},
                {"when", node.when},
                {"directory", node.directory},
                {"starts_done", node.starts_done}};
  if (node.kind == workflow::NodeKind::kExperiment) {
    const workflow::StudyCall& study = node.study;
    facts["study"] = {study.config, study.source, study.out, study.options};
  }
  const workflow::Choice& choice = node.choice;
  facts["choice"] = {choice.by, choice.smallest, static_cast<int>(choice.until), choice.count};
  return facts;
}

}  // namespace

std::vector<std::string> fingerprints(const workflow::Definition& definition,
                                      const workflow::Graph& graph) {
  std::vector<std::string> prints(definition.nodes.size());
  for (const std::size_t node : workflow::topological_order(graph)) {
    std::string text =
        facts_of(definition.nodes[node]).dump(-1, ' ', false, Json::error_handler_t::replace);
    std::vector<std::string> parents;
    for (const std::size_t parent : graph.parents[node]) parents.push_back(prints[parent]);
    std::ranges::sort(parents);
    for (const std::string& print : parents) text += "\n" + print;
    prints[node] = sha256_hex(text).substr(0, kNumDigits);
  }
  return prints;
}

}  // namespace sciwright::coordinator
