#include "experiment/manifest.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"

namespace sciwright::experiment {
namespace {

constexpr int kSchemaVersion = 1;

ManifestEntry entry_of(const Json& line) {
  ManifestEntry e;
  e.id = line.at("id").get<std::string>();
  e.name = line.at("name").get<std::string>();
  e.directory = line.at("directory").get<std::string>();
  e.script = line.at("script").get<std::string>();
  e.config = line.at("config").get<std::string>();
  e.hash = line.at("hash").get<std::string>();
  e.template_hash = line.at("template_hash").get<std::string>();
  e.assignment = line.at("assignment").get<std::string>();
  e.parameters = line.at("parameters");
  if (const auto packed = line.find("packed"); packed != line.end()) {
    e.packed = {packed->at("offset_bytes").get<std::uint64_t>(),
                packed->at("size_bytes").get<std::uint64_t>()};
  }
  return e;
}

void add_parameters(const Json& line, std::vector<std::string>& parameters) {
  for (const auto& name : line.value("parameters", std::vector<std::string>())) {
    if (std::find(parameters.begin(), parameters.end(), name) == parameters.end()) {
      parameters.push_back(name);
    }
  }
}

std::string base_hash(const Json& line) {
  Json base = line.value("configuration", Json::object());
  for (const char* section : {"experiment", "sweep"}) base.erase(section);
  return sha256_hex(base.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Reads the lines of a manifest one after the other.
class ManifestReader final {
 public:
  explicit ManifestReader(std::string path) : path_(std::move(path)) {}

  void add(std::string_view text, int number) {
    const Json line = Json::parse(text);
    if (line.at("kind") == "generate") {
      if (line.at("schema_version") != kSchemaVersion) {
        throw usage_error(fmt::format("{}:{}: this file has version {} of its format, expected {}",
                                      path_, number, line.at("schema_version").dump(),
                                      kSchemaVersion));
      }
      add_parameters(line, manifest.parameters);
      manifest.calls.push_back({std::string(text), base_hash(line)});
    } else if (line.at("kind") == "experiment") {
      ManifestEntry entry = entry_of(line);
      const auto [place, is_new] = places_.emplace(entry.name, manifest.entries.size());
      if (is_new) manifest.entries.emplace_back();
      ManifestEntry& known = manifest.entries[place->second];
      entry.call = is_new ? std::max<std::size_t>(manifest.calls.size(), 1) - 1 : known.call;
      known = std::move(entry);
    }
  }

  Manifest manifest;

 private:
  const std::string path_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

const char* const kManifestFile = "experiments.jsonl";
const char* const kPackedFile = "packed.jsonl";

std::string manifest_line(const ManifestEntry& e) {
  Json line = {{"kind", "experiment"},
               {"id", e.id},
               {"name", e.name},
               {"directory", e.directory},
               {"script", e.script},
               {"config", e.config},
               {"hash", e.hash},
               {"template_hash", e.template_hash},
               {"assignment", e.assignment},
               {"parameters", e.parameters}};
  if (e.packed.size_bytes > 0) {
    line["packed"] = {{"offset_bytes", e.packed.offset_bytes}, {"size_bytes", e.packed.size_bytes}};
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Manifest read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kManifestFile;
  ManifestReader reader(path.string());
  if (!std::filesystem::exists(path)) return reader.manifest;
  const std::string text = read_file(path);
  std::size_t start = 0;
  for (int number = 1; start < text.size(); ++number) {
    const auto end = text.find('\n', start);
    if (end == std::string::npos) break;
    try {
      reader.add(std::string_view(text).substr(start, end - start), number);
    } catch (const Json::exception& error) {
      throw usage_error(fmt::format("{}:{}: this is no line of a study's manifest: {}",
                                    path.string(), number, error.what()));
    }
    start = end + 1;
  }
  return std::move(reader.manifest);
}

std::vector<std::pair<std::string, std::string>> packed_files(const std::filesystem::path& folder,
                                                              const ManifestEntry& entry) {
  const std::filesystem::path path = folder / kPackedFile;
  std::ifstream file(path, std::ios::binary);
  std::string line(entry.packed.size_bytes, '\0');
  file.seekg(static_cast<std::streamoff>(entry.packed.offset_bytes));
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  const Json packed = file ? Json::parse(line, nullptr, false) : Json(Json::value_t::discarded);
  if (!packed.is_object() || packed.value("id", "") != entry.id) {
    throw usage_error(fmt::format("{}: does not have the files of {} at byte {}", path.string(),
                                  entry.name, entry.packed.offset_bytes));
  }
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& [name, content] : packed.at("files").items()) {
    files.emplace_back(name, content.get<std::string>());
  }
  return files;
}

}  // namespace sciwright::experiment
