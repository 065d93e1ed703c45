#include "coordinator/up_to_date.h"

#include <map>
#include <set>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/files.h"
#include "base/hash.h"
#include "coordinator/place.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kAttemptFile = "attempt.json";

/// By name; through nodes without a process to what they depend on.
std::map<std::string, int> attempts_before(const Situation& situation, std::size_t node) {
  std::map<std::string, int> attempts;
  std::set<std::size_t> seen;
  std::vector<std::size_t> open = situation.graph.parents[node];
  while (!open.empty()) {
    const std::size_t parent = open.back();
    open.pop_back();
    if (!seen.insert(parent).second) continue;
    const workflow::Node& facts = situation.definition.nodes[parent];
    if (!site_of(facts).empty()) {
      attempts[facts.name] = situation.state[parent].attempt;
      continue;
    }
    const auto& parents = situation.graph.parents[parent];
    open.insert(open.end(), parents.begin(), parents.end());
  }
  return attempts;
}

std::string first_missing(const fs::path& folder, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!fs::exists(folder / path, ignored)) return path;
  }
  return {};
}

}  // namespace

std::string ContentHashes::of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return of_file(path);
  std::string all;
  for (const fs::path& entry : sorted_entries(path)) {
    all += fmt::format("{}\n{}\n", entry.filename().string(), of(entry));
  }
  return sha256_hex(all);
}

std::string ContentHashes::of_file(const fs::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return "missing";
  if (!S_ISREG(facts.st_mode)) return "no file";  // reading a pipe would not end
  const std::string key =
      fmt::format("{}\n{} {} {} {}.{}", path.string(), facts.st_dev, facts.st_ino, facts.st_size,
                  facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  return known_[key] = sha256_file_hex(path);
}

std::string inputs_hash(const Situation& situation, std::size_t number, ContentHashes& hashes) {
  const workflow::Definition& definition = situation.definition;
  const workflow::Node& node = definition.nodes[number];
  Json facts = {{"kind", workflow::kind_name(node.kind)},
                {"host", node.host},
                {"exec", node.exec},
                {"venv", node.venv},
                {"directory", node.directory},
                {"own_environment", *node.environment},
                {"environment", parents_values(situation, number)},
                {"outputs", node.outputs}};
  if (node.inputs.empty()) facts["made_from"] = attempts_before(situation, number);
  if (node.exec.empty()) facts["script"] = hashes.of(definition.folder / node.script);
  if (node.kind == workflow::NodeKind::kExperiment) {
    const workflow::StudyCall& study = node.study;
    facts["study"] = {study.out, study.options, hashes.of(definition.folder / study.config),
                      hashes.of(definition.folder / study.source)};
  }
  Json& inputs = facts["inputs"] = Json::object();
  for (const std::string& path : node.inputs) inputs[path] = hashes.of(definition.folder / path);
  return sha256_hex(facts.dump(-1, ' ', false, Json::error_handler_t::replace));
}

bool is_up_to_date(const Situation& situation, std::size_t node, const std::string& inputs) {
  const workflow::Node& facts = situation.definition.nodes[node];
  return !facts.outputs.empty() && situation.state[node].inputs == inputs &&
         missing_output(situation.definition, facts).empty();
}

void remember_attempt(const fs::path& job_folder, const AttemptFacts& facts) {
  make_directories(job_folder);
  const Json json = {
      {"attempt", facts.attempt}, {"output_offset", facts.output_offset}, {"inputs", facts.inputs}};
  write_file_atomic(job_folder / kAttemptFile, json.dump() + "\n");
}

AttemptFacts remembered_attempt(const fs::path& job_folder, int attempt) {
  AttemptFacts facts{.attempt = attempt};
  const Json json = Json::parse(read_file_if_there(job_folder / kAttemptFile).value_or(""), nullptr,
                                /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("attempt", Json()) != attempt) return facts;
  const Json offset = json.value("output_offset", Json());
  const Json inputs = json.value("inputs", Json());
  if (offset.is_number_integer()) facts.output_offset = offset;
  if (inputs.is_string()) facts.inputs = inputs;
  return facts;
}

std::string missing_input(const workflow::Definition& definition, const workflow::Node& node) {
  return first_missing(definition.folder, node.inputs);
}

std::string missing_output(const workflow::Definition& definition, const workflow::Node& node) {
  return first_missing(definition.folder, node.outputs);
}

}  // namespace sciwright::coordinator
