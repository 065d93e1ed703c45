#include "server/compat_views.h"

#include "base/clock.h"
#include "io/csv.h"

namespace sciwright::server {

using coordinator::Snapshot;

Json node_json(const Snapshot& snapshot, std::size_t i) {
  const workflow::Node& node = snapshot.definition().nodes[i];
  const workflow::NodeState& state = snapshot.state()[i];
  Json parents = Json::array();
  for (const std::size_t parent : snapshot.graph().parents[i]) {
    parents.push_back(snapshot.definition().nodes[parent].name);
  }
  return {
      {"name", node.name},
      {"user", node.user},
      {"host", node.host.empty() ? "local" : node.host},
      {"kind", workflow::kind_name(node.kind)},
      {"status", workflow::status_name(state.status)},
      {"progress", static_cast<int>(state.progress)},
      {"label", node.label.empty() ? node.name : node.label},
      {"script", node.script},
      {"exec", node.exec},
      {"instance", nullptr},
      {"created", nullptr},
      {"modified", state.changed_utc_ns == 0 ? Json() : Json(utc_iso8601(state.changed_utc_ns))},
      {"parent", parents}};
}

Json nodes_json(const Snapshot& snapshot) {
  Json nodes = Json::object();
  for (std::size_t i = 0; i < snapshot.definition().nodes.size(); ++i) {
    nodes[snapshot.definition().nodes[i].name] = node_json(snapshot, i);
  }
  return nodes;
}

Json edges_json(const Snapshot& snapshot) {
  Json edges = Json::object();
  for (const auto& [from, to] : snapshot.definition().edges) {
    const std::string& source = snapshot.definition().nodes[from].name;
    const std::string& destination = snapshot.definition().nodes[to].name;
    const std::string name = source + "-" + destination;
    edges[name] = {{"source", source}, {"destination", destination}, {"name", name}};
  }
  return edges;
}

Json graph_json(const Snapshot& snapshot) {
  return {{"nodes", nodes_json(snapshot)}, {"dependencies", edges_json(snapshot)}};
}

std::string csv_of(const std::vector<std::pair<std::string, const Snapshot*>>& workflows) {
  std::string out;
  const std::vector<std::string> header = {"workflow", "name",     "user",  "host",  "kind",
                                           "status",   "progress", "label", "script"};
  io::append_csv_row(out, header);
  for (const auto& [name, snapshot] : workflows) {
    for (std::size_t i = 0; i < snapshot->definition().nodes.size(); ++i) {
      const Json node = node_json(*snapshot, i);
      std::vector<std::string> row = {name};
      for (const char* key :
           {"name", "user", "host", "kind", "status", "progress", "label", "script"}) {
        row.push_back(node[key].is_string() ? node[key].get<std::string>() : node[key].dump());
      }
      io::append_csv_row(out, row);
    }
  }
  return out;
}

}  // namespace sciwright::server
