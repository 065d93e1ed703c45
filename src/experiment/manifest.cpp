#include "experiment/manifest.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/parallel_for.h"
#include "experiment/manifest_line.h"
#include "record/bounded_json.h"

namespace sciwright::experiment {
namespace {

constexpr int kSchemaVersion = 1;

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

/// The lines of a text that have an end.
std::vector<std::string_view> whole_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// A manifest's experiments, by the line they stand on. Those that could not be read fast, and all
/// other lines, have no name yet.
std::vector<ManifestEntry> read_fast(const std::vector<std::string_view>& lines,
                                     ManifestDetail detail) {
  std::vector<ManifestEntry> entries(lines.size());
  const auto num_threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  parallel_for(lines.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    ManifestLineReader reader(detail);
    for (std::size_t i = begin; i < end; ++i) {
      if (!reader.read(lines[i], entries[i])) entries[i] = {};
    }
  });
  return entries;
}

/// Puts the lines of a manifest together, one after the other. Takes the entries' own memory for
/// the outcome.
class ManifestFold final {
 public:
  ManifestFold(std::string path, std::vector<ManifestEntry> by_line, ManifestDetail detail)
      : path_(std::move(path)), detail_(detail) {
    out_.entries = std::move(by_line);
  }

  Manifest run(const std::vector<std::string_view>& lines) {
    places_.reserve(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      ManifestEntry entry = std::move(out_.entries[i]);
      if (!entry.name.empty() || read(lines[i], i + 1, entry)) put(std::move(entry));
    }
    out_.entries.resize(num_);
    return std::move(out_);
  }

 private:
  /// Reads a line that is no plain experiment. False when it is no experiment at all.
  bool read(std::string_view text, std::size_t number, ManifestEntry& entry) {
    try {
      const Json line = record::parse_bounded_json(text);
      if (line.is_discarded()) {
        throw usage_error(
            fmt::format("{}:{}: this is no line of a study's manifest: no JSON, or "
                        "more than {} levels",
                        path_, number, record::kMostJsonLevels));
      }
      if (line.at("kind") == "generate") add_call(line, text, number);
      if (line.at("kind") != "experiment") return false;
      entry = entry_of(line, detail_);
      return true;
    } catch (const Json::exception& error) {
      throw usage_error(fmt::format("{}:{}: this is no line of a study's manifest: {}", path_,
                                    number, error.what()));
    }
  }

  void add_call(const Json& line, std::string_view text, std::size_t number) {
    if (line.at("schema_version") != kSchemaVersion) {
      throw usage_error(fmt::format("{}:{}: this file has version {} of its format, expected {}",
                                    path_, number, line.at("schema_version").dump(),
                                    kSchemaVersion));
    }
    add_parameters(line, out_.parameters);
    out_.calls.push_back({std::string(text), base_hash(line)});
  }

  void put(ManifestEntry entry) {
    const auto [place, is_new] = places_.emplace(entry.name, num_);
    ManifestEntry& known = out_.entries[place->second];
    const std::size_t this_call = std::max<std::size_t>(out_.calls.size(), 1) - 1;
    entry.call = is_new ? this_call : known.call;
    known = std::move(entry);
    if (is_new) ++num_;
  }

  const std::string path_;
  const ManifestDetail detail_;
  Manifest out_;
  std::size_t num_ = 0;  ///< So many of the entries are in their place; the others are as read.
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

const char* const kManifestFile = "experiments.jsonl";
const char* const kPackedFile = "packed.jsonl";

std::string parameters_text(const Json& parameters) {
  return parameters.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parameters_of(const ManifestEntry& entry) { return Json::parse(entry.parameters_json); }

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
               {"parameters", parameters_of(e)}};
  if (e.packed.size_bytes > 0) {
    line["packed"] = {{"offset_bytes", e.packed.offset_bytes}, {"size_bytes", e.packed.size_bytes}};
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Manifest read_manifest(const std::filesystem::path& folder, ManifestDetail detail) {
  const std::filesystem::path path = folder / kManifestFile;
  auto text = read_file_if_there(path);
  if (!text) return {};
  text->reserve(text->size() + ManifestLineReader::kPadding);
  const std::vector<std::string_view> lines = whole_lines(*text);
  return ManifestFold(path.string(), read_fast(lines, detail), detail).run(lines);
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
