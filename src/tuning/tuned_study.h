#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "experiment/study.h"
#include "tuning/parzen.h"
#include "tuning/tune_settings.h"
#include "tuning/tune_state.h"

namespace sciwright::tuning {

/// What a study to tune is made from.
struct TuneRequest {
  experiment::ConfigurationRequest configuration;
  std::vector<std::pair<std::string, std::string>> templates;  ///< Path and text; the first is the
                                                               ///< job script.
  std::string script_name = {};
  std::string code = {};  ///< Files and folders for every trial, in hostlist notation.
  std::vector<campaign::KnownMetrics> known = {};
};

/// Makes a folder ready to be tuned: `tune/` in it has all that a worker needs. Done again with the
/// same input it changes nothing; several may do it at once. Lists of values become choices. Throws
/// a usage error for a section that is not good, for what `tune` cannot do (zip, include, sample,
/// repeat), and where the folder holds another study. Returns warnings.
Problems make_tuned_study(const std::filesystem::path& folder, const TuneRequest& request,
                          const experiment::Environment& environment);

/// A combination for a new trial.
struct Draw {
  std::vector<double> units;
  std::string origin;  ///< "random" or "tpe".
};

/// A folder that was made ready, as every worker reads it. const and safe to share.
class TunedStudy final {
 public:
  /// Throws a usage error where there is no `tune/`.
  explicit TunedStudy(std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path events_folder() const { return folder_ / "tune" / "events"; }
  std::filesystem::path workers_folder() const { return folder_ / "tune" / "workers"; }
  const TuneSettings& settings() const { return settings_; }
  std::size_t num_rungs() const { return settings_.budgets.size(); }
  const experiment::Study& study() const { return *study_; }

  /// The combination of the next trial: the same for the same state. Nothing when a hundred draws
  /// gave only what is there already or what a condition leaves out.
  std::optional<Draw> draw(const TuneState& state) const;

  /// The experiment of a trial on a rung. A name that another experiment of the state has gets a
  /// part of its hash.
  experiment::Experiment experiment(const std::vector<double>& units, std::size_t rung,
                                    const TuneState& state) const;

  /// Makes its folder, complete or not at all; one that is there stays.
  void make_folder(const experiment::Experiment& experiment) const;

  /// Appends those of the state that are not there yet to the study's manifest. False while
  /// somebody else writes it: they are added another time.
  bool write_manifest(const TuneState& state, const Clock& clock) const;

 private:
  bool can_judge(const TuneState& state) const;
  std::vector<double> propose_units(const TuneState& state, RandomStream& random) const;

  const std::filesystem::path folder_;
  TuneSettings settings_;
  std::optional<experiment::Study> study_;
  std::vector<std::string> drawn_;
  std::vector<Dimension> dimensions_;
};

}  // namespace sciwright::tuning
