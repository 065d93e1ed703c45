#include "coordinator/up_to_date.h"

#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/files.h"
#include "base/hash.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kInputsFile = "inputs.sha256";

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
  const std::string key =
      fmt::format("{}\n{} {} {} {}.{}", path.string(), facts.st_dev, facts.st_ino, facts.st_size,
                  facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  return known_[key] = sha256_file_hex(path);
}

std::string inputs_hash(const workflow::Definition& definition, const workflow::Node& node,
                        const std::map<std::string, std::string>& environment,
                        ContentHashes& hashes) {
  Json facts = {{"kind", workflow::kind_name(node.kind)},
                {"host", node.host},
                {"exec", node.exec},
                {"venv", node.venv},
                {"environment", environment},
                {"outputs", node.outputs}};
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

void remember_inputs(const fs::path& job_folder, const std::string& hash) {
  make_directories(job_folder);
  write_file_atomic(job_folder / kInputsFile, hash + "\n");
}

std::string remembered_inputs(const fs::path& job_folder) {
  const std::string text = read_file_if_there(job_folder / kInputsFile).value_or("");
  return text.substr(0, text.find('\n'));
}

std::string missing_input(const workflow::Definition& definition, const workflow::Node& node) {
  return first_missing(definition.folder, node.inputs);
}

std::string missing_output(const workflow::Definition& definition, const workflow::Node& node) {
  return first_missing(definition.folder, node.outputs);
}

}  // namespace sciwright::coordinator
