#include <map>
#include <set>

#include "base/error.h"
#include "campaign/outcomes.h"
#include "campaign/session.h"
#include "campaign/state.h"
#include "experiment/manifest.h"
#include "server/below.h"
#include "server/findings.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

/// Throws a usage error where it is a link out of the root, or a pipe.
campaign::Session open_study(const fs::path& root, const fs::path& folder, const Clock& clock) {
  const fs::path manifest = folder / experiment::kManifestFile;
  if (!is_file_below(fs::canonical(root), manifest)) {
    throw usage_error(manifest.string() + ": is no file below the root");
  }
  return campaign::open_session(folder, clock);
}

/// All numbers of a valid result, by their dotted paths.
Json metrics_of(const campaign::Outcome& outcome) {
  Json metrics = Json::object();
  if (outcome.kind != campaign::Outcome::Kind::kValid) return metrics;
  for (const std::string& path : campaign::number_paths(outcome.result, {})) {
    const auto value = campaign::number_at(outcome.result, path, {});
    if (value) metrics[path] = *value;
  }
  return metrics;
}

Json row_of(const fs::path& root, const campaign::Session& session, std::size_t index) {
  const experiment::ManifestEntry& entry = session.manifest.entries[index];
  const campaign::ExperimentState& state = session.states[index];
  const fs::path run = campaign::run_folder(session.folder, entry);
  const auto outcome =
      campaign::read_outcome({.entry = entry, .base_hash = "", .runs = {run}, .is_there = true});
  const bool has_run = outcome.kind == campaign::Outcome::Kind::kValid ||
                       outcome.kind == campaign::Outcome::Kind::kInvalid;
  return {{"name", entry.name},
          {"phase", campaign::phase_name(state)},
          {"attempt", state.attempt},
          {"values", experiment::parameters_of(entry)},
          {"metrics", metrics_of(outcome)},
          {"run", has_run ? Json(name_of(root, run)) : Json()}};
}

/// A study as the list has it. One that cannot be read says why and hides no other.
Json study_of(const fs::path& root, const fs::path& folder, const Clock& clock) {
  Json row = {{"name", name_of(root, folder)},
              {"path", folder.string()},
              {"total", 0},
              {"counts", Json::object()},
              {"problem", nullptr}};
  try {
    const campaign::Session session = open_study(root, folder, clock);
    std::map<std::string, std::size_t> counts;
    for (const auto& state : session.states) ++counts[std::string(campaign::phase_name(state))];
    row["total"] = session.states.size();
    row["counts"] = counts;
  } catch (const Error& error) {
    row["problem"] = error.what();
  }
  return row;
}

}  // namespace

Json experiments_json(const fs::path& root, const Findings& found, const Clock& clock) {
  Json list = Json::array();
  for (const fs::path& folder : found.studies) {
    list.push_back(study_of(root, folder, clock));
  }
  return {{"experiments", list}};
}

Json experiment_json(const fs::path& root, const fs::path& study, const Clock& clock) {
  const campaign::Session session = open_study(root, study, clock);
  Json rows = Json::array();
  std::set<std::string> metrics;
  for (std::size_t i = 0; i < session.states.size(); ++i) {
    rows.push_back(row_of(root, session, i));
    for (const auto& [path, value] : rows.back()["metrics"].items()) metrics.insert(path);
  }
  return {{"name", name_of(root, study)},
          {"parameters", session.manifest.parameters},
          {"metrics", metrics},
          {"rows", rows}};
}

}  // namespace sciwright::server
