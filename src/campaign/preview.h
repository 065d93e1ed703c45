#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "campaign/job_plan.h"
#include "campaign/launcher_settings.h"
#include "campaign/state.h"

namespace sciwright::campaign {

/// What energy costs, on average over the day.
struct EnergyPrice {
  double per_kwh = 0;  ///< PUE included.
  std::string currency = "EUR";
};

/// What the study's finished runs took: medians.
struct History {
  std::size_t num_runs = 0;
  double elapsed_s = 0;
  double shortest_s = 0;
  double longest_s = 0;
  std::optional<double> joules = {};  ///< Where it was measured.
  std::uint64_t num_files = 0;        ///< In the folder of one run.
  std::uint64_t size_bytes = 0;
};

/// What jobs may cost, before they are handed over.
struct Preview {
  std::size_t num_jobs = 0;
  std::size_t num_without_limit = 0;  ///< Jobs whose script says no time limit.
  double node_hours = 0;              ///< At most, of those that say one.
  double gpu_hours = 0;               ///< Likewise.
  History history = {};
  std::uint64_t free_bytes = 0;  ///< Of the study's file system, for this user.
  std::uint64_t free_files = 0;  ///< 0: it does not count them.
};

/// Reads the scripts of the planned jobs and up to a hundred finished runs. The file system's own
/// numbers stand for the quota: where quotas are enforced by it they are the same.
Preview preview_of(const std::filesystem::path& folder, const experiment::Manifest& manifest,
                   const std::vector<ExperimentState>& states, const JobPlan& plan);

/// A few lines for a person to say yes or no to.
std::string preview_text(const Preview& preview, const LauncherSettings& settings,
                         const std::optional<EnergyPrice>& price);

/// The same for programs; what is not known is null.
nlohmann::ordered_json preview_json(const Preview& preview, const LauncherSettings& settings,
                                    const std::optional<EnergyPrice>& price);

}  // namespace sciwright::campaign
