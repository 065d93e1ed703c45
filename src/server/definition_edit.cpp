#include "server/definition_edit.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/error.h"
#include "experiment/hostlist.h"
#include "server/definition_text.h"

namespace sciwright::server {
namespace {

using Edges = std::vector<std::pair<std::string, std::string>>;

YAML::Node load(const std::string& text) {
  try {
    YAML::Node root = YAML::Load(text);
    if (root.IsNull()) root = YAML::Node(YAML::NodeType::Map);
    if (!root.IsMap())
      throw usage_error("the workflow file is no map of keys; expected `workflow:`");
    return root;
  } catch (const YAML::Exception& error) {
    throw usage_error(fmt::format("the workflow file cannot be read: {}", error.what()));
  }
}

/// Text of a key; empty where there is none.
std::string text_at(const YAML::Node& node, const char* key) {
  const YAML::Node value = node[key];
  return value && value.IsScalar() ? value.Scalar() : std::string();
}

void add_chain(Edges& edges, const std::string& chain) {
  const auto items = experiment::expand_hostlist(chain).items;
  for (std::size_t i = 1; i < items.size(); ++i) edges.emplace_back(items[i - 1], items[i]);
}

/// All forms of `dependencies`: chains, {source, destination}, and the map of these.
Edges edges_of(const YAML::Node& dependencies) {
  Edges edges;
  if (!dependencies) return edges;
  for (const auto& item : dependencies) {
    const YAML::Node value = dependencies.IsMap() ? item.second : YAML::Node(item);
    if (value.IsScalar()) {
      add_chain(edges, value.Scalar());
    } else if (value.IsMap()) {
      edges.emplace_back(text_at(value, "source"), text_at(value, "destination"));
    }
  }
  return edges;
}

/// A text below `workflow`; nothing where there is none, or the file is no YAML.
std::optional<std::string> text_in_definition(const std::string& text, const char* key) {
  try {
    std::string found = text_at(load(text)["workflow"], key);
    return found.empty() ? std::nullopt : std::optional(std::move(found));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

YAML::Node yaml_of(const nlohmann::json& value) {
  // JSON is YAML; quotes of texts stay so that "12" is no number.
  return YAML::Load(value.dump());
}

/// yaml-cpp's own writing drops the quotes that make "12" a text; it keeps them as the tag "!".
void write(YAML::Emitter& out, const YAML::Node& node) {
  if (node.Style() == YAML::EmitterStyle::Flow) out << YAML::Flow;
  if (node.IsScalar()) {
    if (node.Tag() == "!") out << YAML::DoubleQuoted;
    out << node.Scalar();
  } else if (node.IsMap()) {
    out << YAML::BeginMap;
    for (const auto& item : node) {
      out << YAML::Key;
      write(out, item.first);
      out << YAML::Value;
      write(out, item.second);
    }
    out << YAML::EndMap;
  } else if (node.IsSequence()) {
    out << YAML::BeginSeq;
    for (const auto& item : node) write(out, item);
    out << YAML::EndSeq;
  } else {
    out << YAML::Null;
  }
}

std::string written(const YAML::Node& root) {
  YAML::Emitter out;
  out.SetIndent(2);
  write(out, root);
  return std::string(out.c_str()) + "\n";
}

YAML::Node workflow_of(YAML::Node root) {
  YAML::Node workflow = root["workflow"];
  if (!workflow || workflow.IsNull()) {
    root["workflow"] = YAML::Node(YAML::NodeType::Map);
    workflow.reset(root["workflow"]);
  }
  if (!workflow.IsMap()) throw usage_error("`workflow` of the file is no map; expected nodes");
  return workflow;
}

/// Key and value as lines.
std::string entry_of(const std::string& key, const YAML::Node& value) {
  YAML::Node map(YAML::NodeType::Map);
  map[key] = value;
  return written(map);
}

/// Where a key stands; nothing where it is not there.
std::optional<EntryPlace> place_of(const YAML::Node& map, const std::string& key) {
  if (!map || !map.IsMap()) return std::nullopt;
  for (const auto& item : map) {
    if (item.first.Scalar() == key)
      return EntryPlace{item.first.Mark().line, item.first.Mark().column};
  }
  return std::nullopt;
}

/// Where the last key, or the last item, stands.
std::optional<EntryPlace> last_place(const YAML::Node& container) {
  if (!container || container.size() == 0) return std::nullopt;
  EntryPlace place;
  for (const auto& item : container) {
    const YAML::Mark mark = container.IsMap() ? item.first.Mark() : item.Mark();
    place = {mark.line, container.IsMap() ? mark.column : mark.column - 2};
  }
  return place;
}

/// A file that is changed in two ways: as a tree, and as a text, in which everything else stays as
/// it is written. The text counts where it says what the tree says.
class Edit final {
 public:
  explicit Edit(const std::string& text) : root_(load(text)), text_(text) {}

  YAML::Node workflow() { return workflow_of(root_); }

  /// Writes a value of one of the workflow's maps, which the tree has already, into the text; none:
  /// takes it out.
  void put(const char* map, const std::string& key, const std::optional<YAML::Node>& value) {
    const YAML::Node entries = as_written()[map];
    const std::string entry = value ? entry_of(key, *value) : "";
    if (const auto place = place_of(entries, key)) {
      text_ = replace_entry(text_, *place, entry);
    } else if (const auto last = last_place(entries)) {
      text_ = insert_behind(text_, *last, entry);
    }
  }

  void set_parents(const std::string& name, const std::vector<std::string>& parents) {
    Edges edges = edges_of(workflow()["dependencies"]);
    std::vector<std::string> more = parents;
    bool is_fewer = false;
    for (const auto& [from, to] : edges) {
      if (to == name && std::erase(more, from) == 0) is_fewer = true;
    }
    if (!is_fewer && workflow()["dependencies"].IsSequence()) return add_edges(more, name);
    std::erase_if(edges, [&](const auto& edge) { return edge.second == name; });
    for (const std::string& parent : parents) edges.emplace_back(parent, name);
    set_edges(edges);
  }

  void set_edges(const Edges& edges) {
    YAML::Node list(YAML::NodeType::Sequence);
    for (const auto& [from, to] : edges) list.push_back(from + "," + to);
    workflow()["dependencies"] = list;
    const std::string entry = entry_of("dependencies", list);
    if (const auto place = place_of(as_written(), "dependencies")) {
      text_ = replace_entry(text_, *place, entry);
    } else if (const auto last = last_place(as_written())) {
      text_ = insert_behind(text_, *last, entry);
    }
  }

  std::string result() const {
    const std::string whole = written(root_);
    try {
      if (written(load(text_)) == whole) return text_;
    } catch (const std::exception&) {  // it was written in a way that we do not know
    }
    return whole;
  }

 private:
  /// The text's own tree, whose places are those of the text now.
  YAML::Node as_written() const { return load(text_)["workflow"]; }

  void add_edges(const std::vector<std::string>& parents, const std::string& name) {
    for (const std::string& parent : parents) {
      const std::string chain = parent + "," + name;
      workflow()["dependencies"].push_back(chain);
      if (const auto last = last_place(as_written()["dependencies"])) {
        text_ = insert_behind(text_, *last, "- " + chain + "\n");
      }
    }
  }

  YAML::Node root_;
  std::string text_;
};

}  // namespace

std::string set_node(const std::string& text, const NodeChange& change) {
  Edit edit(text);
  YAML::Node nodes = edit.workflow()["nodes"];
  YAML::Node node = nodes[change.name];
  if (!node || !node.IsMap()) {
    nodes[change.name] = YAML::Node(YAML::NodeType::Map);
    node.reset(nodes[change.name]);
  }
  for (const auto& [key, value] : change.fields.items()) node[key] = yaml_of(value);
  edit.put("nodes", change.name, node);
  if (change.parents) edit.set_parents(change.name, *change.parents);
  return edit.result();
}

std::string remove_node(const std::string& text, const std::string& name) {
  Edit edit(text);
  edit.workflow()["nodes"].remove(name);
  edit.put("nodes", name, {});
  Edges edges = edges_of(edit.workflow()["dependencies"]);
  const auto is_its = [&](const auto& edge) { return edge.first == name || edge.second == name; };
  if (std::erase_if(edges, is_its) > 0) edit.set_edges(edges);
  return edit.result();
}

std::optional<std::string> name_in_definition(const std::string& text) {
  return text_in_definition(text, "name");
}

std::optional<std::string> description_in_definition(const std::string& text) {
  return text_in_definition(text, "description");
}

}  // namespace sciwright::server
