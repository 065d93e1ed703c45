#include "report/run_files.h"

#include <set>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "campaign/outcomes.h"
#include "io/yaml.h"
#include "record/run_dir.h"

namespace sciwright::report {
namespace {

using record::Json;

bool is_there(const std::filesystem::path& path) { return ::access(path.c_str(), F_OK) == 0; }

/// The text of a member; empty when there is none.
std::string text_member(const Json& value, const char* key) {
  const auto found = value.find(key);
  return found == value.end() || !found->is_string() ? "" : found->get<std::string>();
}

std::string device_of(const Json& host) {
  std::set<std::string> models;
  for (const Json& gpu : host.value("gpus", Json::array()))
    models.insert(text_member(gpu, "model"));
  models.erase("");
  if (!models.empty()) return fmt::format("{}", fmt::join(models, " + "));
  return text_member(host.value("cpu", Json::object()), "model");
}

/// The first is the run's folder, the others hold its data.
std::string file_system_of(const Json& host) {
  const Json all = host.value("file_systems", Json::array());
  std::set<std::string> types;
  for (std::size_t i = all.size() > 1 ? 1 : 0; i < all.size(); ++i) {
    types.insert(text_member(all[i], "type"));
  }
  types.erase("");
  return fmt::format("{}", fmt::join(types, " + "));
}

void add_label(Labels& labels, Names& names, std::string_view key, std::string_view value) {
  if (!value.empty()) labels.push_back({names.add(key), names.add(value)});
}

void flatten(const Json& value, const std::string& path, Labels& labels, Names& names) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      flatten(member, path.empty() ? key : path + "." + key, labels, names);
    }
  } else {
    add_label(labels, names, path, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

}  // namespace

void add_host(Run& run, Names& names) {
  // Not by record::RunPaths, which takes longer than reading most files.
  const auto content = read_file_if_there(run.folder + "/host.json");
  if (!content) return;
  const Json host = Json::parse(*content, nullptr, false);
  if (!host.is_object()) return;
  add_label(run.labels, names, "system", campaign::describe_system(host));
  add_label(run.labels, names, "device", device_of(host));
  const std::size_t num_gpus = host.value("gpus", Json::array()).size();
  if (num_gpus > 0) add_label(run.labels, names, "num_gpus", fmt::to_string(num_gpus));
  add_label(run.labels, names, "file_system", file_system_of(host));
}

void add_configuration(Run& run, const std::string& benchmark, Names& names, Problems& problems) {
  const std::filesystem::path path = record::RunPaths(run.folder).config;
  if (!is_there(path)) return;
  try {
    const Json settings = io::read_yaml(path).value;
    for (const auto& [key, value] : settings.items()) {
      flatten(value, key == benchmark ? "" : key, run.parameters, names);
    }
  } catch (const Error& error) {  // caught here: one bad file must not hide all other results
    problems.emplace_back(error.what());
  }
}

bool is_unfinished_run(const std::string& folder) {
  if (!is_there(folder + "/config.yaml")) return false;
  const record::RunPaths paths(folder);
  return is_there(paths.mllog) || is_there(paths.timers) || is_there(paths.lock);
}

}  // namespace sciwright::report
