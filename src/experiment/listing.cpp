#include "experiment/listing.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/size_text.h"
#include "base/text_table.h"
#include "experiment/manifest.h"
#include "experiment/value_text.h"
#include "io/yaml.h"

namespace sciwright::experiment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "# cloudmesh status=";

/// "a=1 b='x y'" → {a: 1, b: x y}.
std::map<std::string, std::string> assignments(std::string_view text) {
  std::map<std::string, std::string> out;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return out;
    const std::string key(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    const bool is_quoted = text.starts_with('"') || text.starts_with('\'');
    const char end_mark = is_quoted ? text.front() : ' ';
    if (is_quoted) text.remove_prefix(1);
    const auto end = std::min(text.find(end_mark), text.size());
    out[key] = std::string(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool is_log(const fs::path& path) {
  return path.extension() == ".out" || path.extension() == ".log" || path.extension() == ".err";
}

/// Size of a folder and what its newest log says.
void look_into(const fs::path& folder, ListedExperiment& experiment) {
  std::error_code ignored;
  std::optional<fs::file_time_type> newest;
  for (fs::recursive_directory_iterator at(folder, ignored), end; at != end;
       at.increment(ignored)) {
    if (!at->is_regular_file(ignored)) continue;
    experiment.size_bytes += at->file_size(ignored);
    if (at.depth() > 0 || !is_log(at->path())) continue;
    const auto time = at->last_write_time(ignored);
    if (newest && time <= *newest) continue;
    const ProgressLine progress = last_progress(read_file(at->path()));
    if (progress.status.empty()) continue;
    newest = time;
    experiment.progress = progress;
  }
}

Listing list_folders(const fs::path& folder) {
  Listing out;
  for (const fs::path& path : sorted_entries(folder)) {
    if (!fs::exists(path / "config.yaml")) continue;
    const io::Document document = io::read_yaml(path / "config.yaml");
    const auto section = document.value.find("experiment");
    if (section == document.value.end() || !section->is_object()) continue;
    for (const auto& [name, value] : section->items()) {
      if (std::ranges::find(out.parameters, name) == out.parameters.end()) {
        out.parameters.push_back(name);
      }
    }
    out.experiments.push_back({path.filename().string(), *section, 0, {}});
    look_into(path, out.experiments.back());
  }
  if (out.experiments.empty()) {
    throw usage_error(
        fmt::format("{}: has no {} and no folders of experiments", folder.string(), kManifestFile));
  }
  return out;
}

}  // namespace

ProgressLine last_progress(const std::string& log) {
  ProgressLine out;
  const auto at = log.rfind(kMark);
  if (at == std::string::npos) return out;
  const std::size_t start = at + 12;  // behind "# cloudmesh "
  const auto end = std::min(log.find_first_of("\r\n", start), log.size());
  auto values = assignments(std::string_view(log).substr(start, end - start));
  out.status = values["status"];
  out.message = values["msg"];
  const std::string& percent = values["progress"];
  int number = -1;
  std::from_chars(percent.data(), percent.data() + percent.size(), number);
  if (number >= 0 && number <= 100) out.percent = number;
  out.values = std::move(values);
  return out;
}

Listing list_experiments(const fs::path& folder) {
  if (!fs::exists(folder / kManifestFile)) return list_folders(folder);
  const Manifest manifest = read_manifest(folder);
  Listing out;
  out.parameters = manifest.parameters;
  for (const ManifestEntry& entry : manifest.entries) {
    out.experiments.push_back({entry.name, parameters_of(entry), 0, {}});
    if (entry.directory != ".") look_into(folder / entry.directory, out.experiments.back());
  }
  return out;
}

std::string listing_text(const Listing& listing) {
  TextTable table;
  for (const std::string& name : listing.parameters) table.column(name);
  table.column("space").column("status", TextTable::Align::kLeft).column("done");
  table.column("message", TextTable::Align::kLeft);
  for (const ListedExperiment& e : listing.experiments) {
    std::vector<std::string> cells;
    for (const std::string& name : listing.parameters) {
      cells.push_back(e.parameters.contains(name) ? printed_form(e.parameters[name]) : "–");
    }
    cells.push_back(size_text(static_cast<double>(e.size_bytes)));
    cells.push_back(e.progress.status.empty() ? "–" : e.progress.status);
    cells.push_back(e.progress.percent < 0 ? "–" : fmt::format("{} %", e.progress.percent));
    cells.push_back(e.progress.message);
    table.row(std::move(cells));
  }
  return table.text() + listing_summary(listing);
}

std::string listing_summary(const Listing& listing) {
  std::map<std::string, int> counts = {{"pending", 0}, {"done", 0}};
  for (const ListedExperiment& e : listing.experiments) {
    ++counts[e.progress.status.empty() ? "pending" : e.progress.status];
  }
  std::string out = fmt::format("total: {}, pending: {}, done: {}", listing.experiments.size(),
                                counts["pending"], counts["done"]);
  for (const auto& [status, count] : counts) {
    if (status != "pending" && status != "done") out += fmt::format(", {}: {}", status, count);
  }
  return out + "\n";
}

Json listing_json(const Listing& listing) {
  Json out = Json::array();
  for (const ListedExperiment& e : listing.experiments) {
    out.push_back({{"name", e.name},
                   {"parameters", e.parameters},
                   {"size_bytes", e.size_bytes},
                   {"status", e.progress.status.empty() ? Json() : Json(e.progress.status)},
                   {"percent", e.progress.percent < 0 ? Json() : Json(e.progress.percent)},
                   {"message", e.progress.message}});
  }
  return out;
}

}  // namespace sciwright::experiment
