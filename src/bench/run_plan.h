#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/run_config.h"
#include "bench/runner.h"
#include "record/phases.h"

namespace sciwright::bench {

/// A request with its settings and where its run goes.
struct RunPlan {
  RunConfig config;
  record::MllogKeys mllog_keys;
  std::filesystem::path folder;
  bool resume = false;
  std::string flags = {};  ///< Beside --config, what repeats the run: --predict-only with its own.
};

/// Resolves the settings of files, flags and the run to resume, or whose model forecasts, and
/// chooses the folder. Throws usage errors; nothing is written.
RunPlan make_plan(const BenchmarkSpec& spec, const RunRequest& request,
                  const RunnerEnvironment& environment);

/// config.yaml, which repeats the run.
std::string config_text(const std::string& benchmark, const RunPlan& plan);

/// Threads of computation. Ranks of a machine share its cores, unless what started them gave each
/// its own.
int thread_count(const Json& settings, int num_local_ranks);

/// SHA-256 of all settings.
std::string hash_of(const RunPlan& plan);

std::uint64_t seed_of(const Json& settings);

/// The run folder, and the data that the settings name.
std::vector<std::filesystem::path> paths_of_data(const BenchmarkSpec& spec, const RunPlan& plan);

}  // namespace sciwright::bench
