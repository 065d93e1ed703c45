#include "workflow/node_reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/suggestion.h"

namespace sciwright::workflow {
namespace {

using io::YamlNode;

/// What reads a key's value.
template <class Target>
using Handler = void (*)(Target&, const YamlNode&, ValueReader&);

template <class Target>
using Keys = std::map<std::string_view, Handler<Target>>;

template <class Target>
std::vector<std::string> names_of(const Keys<Target>& keys) {
  std::vector<std::string> names;
  for (const auto& [name, handler] : keys) names.emplace_back(name);
  return names;
}

/// Reads every key of a section; others are problems.
template <class Target>
void read_keys(const YamlNode& source, const Keys<Target>& keys, Target& target,
               ValueReader& values) {
  if (!values.is_map(source)) return;
  for (const YamlNode& item : source.items) {
    const auto found = keys.find(item.key);
    if (found == keys.end()) {
      values.unknown_key(item, names_of(keys));
    } else {
      found->second(target, item, values);
    }
  }
}

constexpr int kMost = 1'000'000;

const Keys<jobs::Resources>& resource_keys() {
  using Target = jobs::Resources;
  static const Keys<Target> keys = {
      {"nodes",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.num_nodes = v.whole(n, 1, kMost); }},
      {"tasks",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.num_tasks = v.whole(n, 1, kMost); }},
      {"cpus_per_task", [](Target& t, const YamlNode& n,
                           ValueReader& v) { t.num_cpus_per_task = v.whole(n, 1, kMost); }},
      {"gpus",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.num_gpus = v.whole(n, 0, kMost); }},
      {"gpu_type", [](Target& t, const YamlNode& n, ValueReader& v) { t.gpu_type = v.text(n); }},
      {"memory",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.memory_mb = v.memory_mb(n); }},
      {"partition", [](Target& t, const YamlNode& n, ValueReader& v) { t.partition = v.text(n); }},
      {"account", [](Target& t, const YamlNode& n, ValueReader& v) { t.account = v.text(n); }},
      {"directives",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.directives = v.texts(n); }},
  };
  return keys;
}

const Keys<StudyCall>& study_keys() {
  using Target = StudyCall;
  static const Keys<Target> keys = {
      {"config", [](Target& t, const YamlNode& n, ValueReader& v) { t.config = v.text(n); }},
      {"source", [](Target& t, const YamlNode& n, ValueReader& v) { t.source = v.text(n); }},
      {"out", [](Target& t, const YamlNode& n, ValueReader& v) { t.out = v.text(n); }},
      {"launcher", [](Target& t, const YamlNode& n, ValueReader& v) { t.launcher = v.text(n); }},
      {"jobs",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.num_jobs = v.whole(n, 1, kMost); }},
      {"options", [](Target& t, const YamlNode& n, ValueReader& v) { t.options = v.texts(n); }},
  };
  return keys;
}

const Keys<HostSettings>& host_keys() {
  using Target = HostSettings;
  static const Keys<Target> keys = {
      {"jobs",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.num_jobs = v.whole(n, 1, kMost); }},
      {"ssh_options",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.ssh_options = v.texts(n); }},
      {"directory",
       [](Target& t, const YamlNode& n, ValueReader& v) {
         t.directory = v.text(n);
         if (!t.directory.starts_with('/')) {
           v.problem(n, fmt::format("'directory' is '{}', must be an absolute path of that host",
                                    t.directory));
         }
       }},
      {"poll",
       [](Target& t, const YamlNode& n, ValueReader& v) { t.poll_interval_s = v.duration_s(n); }},
      {"options", [](Target& t, const YamlNode& n, ValueReader& v) { t.options = v.texts(n); }},
  };
  return keys;
}

bool is_variable_name(std::string_view name) {
  const auto is_good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(), is_good);
}

/// The name of a host or user, which stands on ssh's command line.
bool is_good_host(std::string_view name) {
  const auto is_good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("._-:%@[]").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), is_good);
}

std::string read_host(const YamlNode& source, ValueReader& values) {
  std::string name = values.text(source);
  if (name.empty() || is_good_host(name)) return name;
  values.problem(
      source,
      fmt::format("'{}' is '{}', must be a name of letters, digits and ._-:", source.key, name));
  return {};
}

void read_environment(NodeDraft& draft, const YamlNode& source, ValueReader& values) {
  draft.node.environment = values.text_map(source);
  for (const YamlNode& item : source.items) {
    if (is_variable_name(item.key)) continue;
    values.problem(item, fmt::format("'{}' cannot be the name of a variable; expected letters, "
                                     "digits and _",
                                     item.key));
  }
}

void read_kind(NodeDraft& draft, const YamlNode& source, ValueReader& values) {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    for (int i = 0; i <= static_cast<int>(NodeKind::kCooperate); ++i) {
      names.emplace_back(kind_name(static_cast<NodeKind>(i)));
    }
    names.emplace_back("workflow");
    return names;
  }();
  const auto index = values.word(source, kinds);
  draft.is_call = index && *index + 1 == kinds.size();
  if (index && !draft.is_call) draft.node.kind = static_cast<NodeKind>(*index);
}

void read_status(NodeDraft& draft, const YamlNode& source, ValueReader& values) {
  // Beside our own words the original's.
  static const std::vector<std::string> words = {"done",      "ready",     "submitted", "running",
                                                 "failed",    "cancelled", "held",      "skipped",
                                                 "undefined", "completed"};
  const auto index = values.word(source, words);
  draft.node.starts_done = index && (words[*index] == "done" || words[*index] == "completed");
}

void read_name(NodeDraft& draft, const YamlNode& source, ValueReader& values) {
  const std::string name = values.text(source);
  if (name.empty() || name == draft.node.name) return;
  values.problem(source, fmt::format("'name' is '{}', but the node's key is '{}'; leave it out",
                                     name, draft.node.name));
}

void read_text_label(NodeDraft& draft, const YamlNode& source, ValueReader& values) {
  // A label_format wins over a label, wherever it stands.
  if (draft.node.label.empty() || source.key == "label_format")
    draft.node.label = values.text(source);
}

void ignore(NodeDraft& /*draft*/, const YamlNode& /*source*/, ValueReader& /*values*/) {}

/// One table, and so longer than a function should be.
const Keys<NodeDraft>& node_keys() {
  using D = NodeDraft;
  using V = ValueReader;
  using Y = YamlNode;
  static const Keys<D> keys = {
      {"name", read_name},
      {"user", [](D& d, const Y& n, V& v) { d.node.user = read_host(n, v); }},
      {"host", [](D& d, const Y& n, V& v) { d.node.host = read_host(n, v); }},
      {"kind", read_kind},
      {"status", read_status},
      {"progress", [](D&, const Y& n, V& v) { v.number(n, 0, 100); }},
      {"label", read_text_label},
      {"label_format", read_text_label},
      {"script", [](D& d, const Y& n, V& v) { d.node.script = v.text(n); }},
      {"exec", [](D& d, const Y& n, V& v) { d.node.exec = v.text(n); }},
      {"venv", [](D& d, const Y& n, V& v) { d.node.venv = v.text(n); }},
      {"shape", [](D& d, const Y& n, V& v) { d.node.shape = v.text(n); }},
      {"style", [](D& d, const Y& n, V& v) { d.node.style = v.text(n); }},
      {"retries", [](D& d, const Y& n, V& v) { d.node.num_retries = v.whole(n, 0, kMost); }},
      {"backoff", [](D& d, const Y& n, V& v) { d.node.backoff_s = v.duration_s(n); }},
      {"timeout",
       [](D& d, const Y& n, V& v) { d.node.resources.edit().time_limit_s = v.duration_s(n); }},
      {"environment", read_environment},
      {"resources",
       [](D& d, const Y& n, V& v) { read_keys(n, resource_keys(), d.node.resources.edit(), v); }},
      {"inputs", [](D& d, const Y& n, V& v) { d.node.inputs = v.texts(n); }},
      {"outputs", [](D& d, const Y& n, V& v) { d.node.outputs = v.texts(n); }},
      {"priority", [](D& d, const Y& n, V& v) { d.node.priority = v.whole(n, -kMost, kMost); }},
      {"when", [](D& d, const Y& n, V& v) { d.node.when = v.text(n); }},
      {"directory", [](D& d, const Y& n, V& v) { d.node.directory = v.text(n); }},
      {"on_failure", [](D& d, const Y& n, V& v) { d.node.on_failure = read_on_failure(n, v); }},
      {"parameters", [](D& d, const Y& n, V& v) { d.parameters = v.text_map(n); }},
      {"workflow", [](D& d, const Y& n, V& v) { d.pipeline = v.text(n); }},
      {"experiment",
       [](D& d, const Y& n, V& v) { read_keys(n, study_keys(), d.node.study.edit(), v); }},
      {"by", [](D& d, const Y& n, V& v) { d.node.choice.edit().by = v.text(n); }},
      {"direction",
       [](D& d, const Y& n, V& v) {
         d.node.choice.edit().smallest = v.word(n, {"max", "min"}) == 1u;
       }},
      {"until",
       [](D& d, const Y& n, V& v) {
         d.node.choice.edit().until =
             static_cast<Choice::Until>(v.word(n, {"first", "all"}).value_or(1));
       }},
      {"best", [](D& d, const Y& n, V& v) { d.node.choice.edit().count = v.whole(n, 1, kMost); }},
      // What the original writes while it runs; the journal knows it here.
      {"created", ignore},
      {"modified", ignore},
      {"instance", ignore},
      {"pid", ignore},
      {"parent", ignore},
      {"number", ignore},
      {"format", ignore},
      {"output", ignore},
  };
  return keys;
}

/// Keys that mean something for some kinds only, and for which.
struct LimitedKey {
  std::string_view key;
  std::string_view kinds;
  bool (*applies)(const NodeDraft&);
};

bool is_kind(const NodeDraft& draft, NodeKind kind) {
  return !draft.is_call && draft.node.kind == kind;
}

bool chooses(const NodeDraft& draft) {
  return is_kind(draft, NodeKind::kSelect) || is_kind(draft, NodeKind::kCompete);
}

bool is_call(const NodeDraft& draft) { return draft.is_call; }

constexpr std::array kLimitedKeys = {
    LimitedKey{"workflow", "workflow", is_call},
    LimitedKey{"parameters", "workflow", is_call},
    LimitedKey{"experiment", "experiment",
               [](const NodeDraft& d) { return is_kind(d, NodeKind::kExperiment); }},
    LimitedKey{"by", "select and compete", chooses},
    LimitedKey{"direction", "select and compete", chooses},
    LimitedKey{"until", "compete",
               [](const NodeDraft& d) { return is_kind(d, NodeKind::kCompete); }},
    LimitedKey{"best", "select", [](const NodeDraft& d) { return is_kind(d, NodeKind::kSelect); }},
};

/// The keys that count for the call of a sub-pipeline; the others are its nodes' own.
constexpr std::array<std::string_view, 19> kCallKeys = {
    "name",   "kind",   "workflow", "parameters", "when",       "priority", "environment",
    "status", "label",  "progress", "created",    "on_failure", "modified", "instance",
    "pid",    "parent", "number",   "format",     "output"};

void check_keys(const NodeDraft& draft, const YamlNode& source, ValueReader& values) {
  for (const LimitedKey& limited : kLimitedKeys) {
    const YamlNode* found = source.find(limited.key);
    if (found == nullptr || limited.applies(draft)) continue;
    values.problem(
        *found, fmt::format("'{}' counts only for nodes of kind {}", limited.key, limited.kinds));
  }
  if (!draft.is_call) return;
  for (const YamlNode& item : source.items) {
    const bool is_known = node_keys().contains(item.key);
    if (!is_known || std::find(kCallKeys.begin(), kCallKeys.end(), item.key) != kCallKeys.end()) {
      continue;
    }
    values.problem(item, fmt::format("'{}' says nothing about a whole sub-pipeline; set it in {}",
                                     item.key, draft.pipeline));
  }
}

void check_completeness(const NodeDraft& draft, const YamlNode& source, ValueReader& values) {
  const Node& node = draft.node;
  const auto lacks = [&](std::string_view kind, std::string_view what) {
    values.problem(source, fmt::format("the node '{}' of kind {} needs {}", node.name, kind, what));
  };
  if (draft.is_call && draft.pipeline.empty()) lacks("workflow", "'workflow:', a file");
  if (draft.is_call) return;
  if (node.kind == NodeKind::kSsh && node.host.empty()) lacks("ssh", "'host:'");
  if (node.kind == NodeKind::kExperiment && node.study->config.empty() && !runs_a_process(node)) {
    lacks("experiment", "'experiment: {config: …}'");
  }
  const bool takes_first =
      node.kind == NodeKind::kCompete && node.choice->until == Choice::Until::kFirst;
  if (chooses(draft) && node.choice->by.empty() && !takes_first && node.exec.empty()) {
    lacks(kind_name(node.kind), "'by:', the value to choose by");
  }
}

/// Whether a label finds the key's value in the node itself (label.cpp).
bool has_a_member(std::string_view key) {
  constexpr std::array<std::string_view, 12> kMembers = {
      "name",   "user", "host", "kind",  "status", "progress",
      "script", "exec", "venv", "label", "shape",  "label_format"};
  return std::find(kMembers.begin(), kMembers.end(), key) != kMembers.end();
}

/// "" for this machine, but for ssh, which may go to it.
void settle_host(Node& node) {
  static const std::set<std::string, std::less<>> here = {"localhost", "local", "127.0.0.1"};
  if (node.kind != NodeKind::kSsh && here.contains(node.host)) node.host.clear();
  const auto at = node.host.find('@');
  if (at == std::string::npos) return;
  if (node.user.empty()) node.user = node.host.substr(0, at);
  node.host.erase(0, at + 1);
}

/// The file that runs where none is named: by the node's name.
std::string usual_script(const Node& node) {
  switch (node.kind) {
    case NodeKind::kExperiment:
    case NodeKind::kSelect:
    case NodeKind::kCompete:
    case NodeKind::kCooperate:
      return {};
    default:
      break;
  }
  if (node.name == "start" || node.name == "end") return {};
  for (const char* extension : {".sh", ".py", ".ipynb"}) {
    if (node.name.ends_with(extension)) return node.name;
  }
  if (node.kind == NodeKind::kPython) return node.name + ".py";
  return node.name + (node.kind == NodeKind::kNotebook ? ".ipynb" : ".sh");
}

}  // namespace

std::optional<OnFailure> read_on_failure(const YamlNode& source, ValueReader& values) {
  const auto index = values.word(source, {"continue", "stop"});
  if (!index) return std::nullopt;
  return *index == 0 ? OnFailure::kContinue : OnFailure::kStop;
}

std::map<std::string, HostSettings> read_hosts(const YamlNode& source, ValueReader& values) {
  std::map<std::string, HostSettings> hosts;
  if (!values.is_map(source)) return hosts;
  for (const YamlNode& item : source.items) {
    if (!is_good_host(item.key)) {
      values.problem(item, fmt::format("'{}' is no name of a host or scheduler", item.key));
      continue;
    }
    read_keys(item, host_keys(), hosts[item.key == "local" ? "localhost" : item.key], values);
  }
  return hosts;
}

NodeDraft read_node(const YamlNode& source, const std::map<std::string, std::string>& parameters,
                    ValueReader& values) {
  NodeDraft draft;
  draft.source = &source;
  Node& node = draft.node;
  node.name = source.key;
  if (!is_good_name(node.name)) {
    values.problem(source, fmt::format("'{}' is no name for a node; expected up to 100 letters, "
                                       "digits and ._-, no - at the beginning",
                                       node.name));
  }
  read_keys(source, node_keys(), draft, values);
  for (const YamlNode& item : source.items) {
    if (item.is_scalar() && !has_a_member(item.key)) node.attributes.edit()[item.key] = item.text;
  }
  settle_host(node);
  check_keys(draft, source, values);
  check_completeness(draft, source, values);
  for (const auto& [key, value] : parameters) {
    if (is_variable_name(key)) node.environment.edit().try_emplace(key, value);
  }
  if (!draft.is_call && !runs_a_process(node)) node.script = usual_script(node);
  return draft;
}

}  // namespace sciwright::workflow
