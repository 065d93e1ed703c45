#include "tuning/tuned_study.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "experiment/code_copy.h"
#include "experiment/manifest.h"
#include "experiment/study_folder.h"
#include "tuning/halving.h"

namespace sciwright::tuning {
namespace {

namespace fs = std::filesystem;

constexpr int kMostDraws = 100;

std::vector<experiment::Template> read_templates(const fs::path& folder, const Json& names) {
  std::vector<experiment::Template> out;
  for (const Json& name : names) {
    const fs::path path = folder / name.get<std::string>();
    out.emplace_back(path.string(), read_file(path));
  }
  return out;
}

/// A file of a folder that is not visible yet.
void write_new_file(const fs::path& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  if (file.write(content.data(), static_cast<std::streamsize>(content.size())).flush()) return;
  throw Error(ErrorKind::kFailure, fmt::format("{}: cannot write", path.string()));
}

/// The entry of the manifest that an experiment has in a folder of its own.
experiment::GenerateRequest request_for(const fs::path& folder) {
  experiment::GenerateRequest request;
  request.out = folder;
  return request;
}

}  // namespace

TunedStudy::TunedStudy(fs::path folder) : folder_(std::move(folder)) {
  const fs::path tune = folder_ / "tune";
  if (!fs::exists(tune / "tune.json")) {
    throw usage_error(
        fmt::format("{}: is not being tuned; --config and --source begin", folder_.string()));
  }
  const Json facts = Json::parse(read_file(tune / "tune.json"), nullptr, false);
  const Json version = facts.is_object() ? facts.value("schema_version", Json()) : Json();
  if (version != 1) {
    throw usage_error(fmt::format("{}: schema_version is {}, expected 1",
                                  (tune / "tune.json").string(), version.dump()));
  }
  settings_ = read_tune_settings(facts.at("settings"), {}, {});
  experiment::StudyRequest request;
  request.configuration.files = {(tune / "study.yaml").string()};
  request.templates = read_templates(tune / "templates", facts.at("templates"));
  request.script_name = facts.at("script_name");
  study_.emplace(request, [](const std::string&) { return std::nullopt; });
  drawn_ = study_->space().drawn_names();
  for (const std::string& name : drawn_) {
    dimensions_.push_back({study_->space().distribution(name)->choices.size()});
  }
}

/// Whether enough is known to propose by; else only chance is left.
bool TunedStudy::can_judge(const TuneState& state) const {
  return settings_.sampler == "tpe" && ranking(state, settings_, 0).size() >= settings_.num_random;
}

std::vector<double> TunedStudy::propose_units(const TuneState& state, RandomStream& random) const {
  std::vector<double> units;
  if (!can_judge(state)) {
    for (std::size_t d = 0; d < drawn_.size(); ++d) units.push_back(random.uniform());
    return units;
  }
  const std::vector<std::size_t> ranked = overall_ranking(state, settings_);
  for (std::size_t d = 0; d < drawn_.size(); ++d) {
    Observations seen;
    const auto note = [&](std::size_t trial, bool is_good) {
      if (!state.find(trial, 0)->parameters.contains(drawn_[d])) return;
      (is_good ? seen.good : seen.bad).push_back(state.trials()[trial].units[d]);
    };
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      note(ranked[i], i < num_good(ranked.size()) && state.find(ranked[i], 0)->value);
    }
    // What has not ended counts as bad, so that workers do not all draw from the same place.
    for (std::size_t t = 0; t < state.trials().size(); ++t) {
      if (state.find(t, 0)->phase != RungState::Phase::kEnded) note(t, false);
    }
    units.push_back(propose(dimensions_[d], seen, random));
  }
  return units;
}

std::optional<Draw> TunedStudy::draw(const TuneState& state) const {
  const auto is_taken = [&](const Json& values) {
    return std::ranges::any_of(
        state.trials(), [&](const Trial& trial) { return trial.rungs[0].parameters == values; });
  };
  RandomStream random(derive_seed(settings_.seed, "trial", state.trials().size()));
  experiment::Point point = study_->space().make_point();
  for (int i = 0; i < kMostDraws; ++i) {
    std::vector<double> units = propose_units(state, random);
    if (!study_->space().at_units(0, units, point)) continue;
    if (is_taken(study_->space().values(point))) continue;
    return Draw{std::move(units), can_judge(state) ? "tpe" : "random"};
  }
  return std::nullopt;
}

experiment::Experiment TunedStudy::experiment(const std::vector<double>& units, std::size_t rung,
                                              const TuneState& state) const {
  experiment::Point point = study_->space().make_point();
  study_->space().at_units(rung, units, point);
  experiment::Experiment out = study_->experiment(point);
  for (const Trial& trial : state.trials()) {
    for (const RungState& known : trial.rungs) {
      if (known.experiment != out.name || known.parameters == out.parameters) continue;
      return study_->experiment(point, /*with_hash_in_name=*/true);
    }
  }
  return out;
}

void TunedStudy::make_folder(const experiment::Experiment& experiment) const {
  const fs::path target = folder_ / experiment.name;
  if (fs::exists(target / experiment.files.front().first)) return;
  const fs::path fresh =
      folder_ / "tune" / fmt::format(".{}.{}.{}", experiment.name, host_name(), ::getpid());
  fs::remove_all(fresh);
  make_directories(fresh);
  for (const auto& [name, content] : experiment.files) {
    write_new_file(fresh / name, content);
    if (content.starts_with("#!")) {
      fs::permissions(fresh / name,
                      fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                      fs::perm_options::add);
    }
  }
  for (const auto& item : fs::directory_iterator(folder_ / "tune" / "code")) {
    fs::copy(item.path(), fresh / item.path().filename(),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }
  const bool is_made = ::rename(fresh.c_str(), target.c_str()) == 0;
  const int error_number = errno;
  if (is_made) return;
  fs::remove_all(fresh);
  if (error_number == ENOTEMPTY || error_number == EEXIST) return;  // another worker was quicker
  throw Error(ErrorKind::kFailure,
              fmt::format("{}: cannot create: {}", target.string(), std::strerror(error_number)));
}

bool TunedStudy::write_manifest(const TuneState& state, const Clock& clock) const {
  const experiment::Manifest manifest = experiment::read_manifest(folder_);
  std::set<std::string> known;
  for (const auto& entry : manifest.entries) known.insert(entry.name);
  std::vector<experiment::Experiment> missing;
  for (const Trial& trial : state.trials()) {
    for (std::size_t rung = 0; rung < trial.rungs.size(); ++rung) {
      const bool is_made = fs::exists(folder_ / trial.rungs[rung].experiment / "config.yaml");
      if (known.contains(trial.rungs[rung].experiment) || !is_made) continue;
      missing.push_back(experiment(trial.units, rung, state));
    }
  }
  if (missing.empty()) return true;
  const experiment::GenerateRequest request = request_for(folder_);
  std::optional<experiment::StudyFolder> folder;
  try {
    folder.emplace(request, clock);
  } catch (const Error& error) {  // caught here: that another process writes it happens every day
    if (error.kind() != ErrorKind::kUsage) throw;
    return false;
  }
  if (manifest.calls.empty()) {
    const Json line = {{"kind", "generate"},
                       {"schema_version", 1},
                       {"program", "tune"},
                       {"parameters", study_->space().names()},
                       {"configuration", study_->given()},
                       {"template_hash", study_->template_hash()},
                       {"created_utc", utc_iso8601(clock.utc_ns())}};
    folder->append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  for (const experiment::Experiment& one : missing) {
    folder->append(manifest_line(folder->entry_of(one, study_->template_hash())));
  }
  folder->commit();
  return true;
}

}  // namespace sciwright::tuning
