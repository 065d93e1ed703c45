#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/benchmark_spec.h"
#include "config/overrides.h"

namespace sciwright::bench {

/// What the command line of `sciwright run NAME …` asks for.
struct RunRequest {
  std::vector<std::string> config_files;
  std::vector<config::Override> overrides;  ///< --set and the benchmark's flags, in that order.
  std::string out;                          ///< Run folder to make; empty chooses one.
  std::string resume;                       ///< Run folder to continue.
  std::string predict_only;  ///< Run folder whose model forecasts; nothing is trained.
  std::string from;   ///< First day of the forecast ("YYYY-MM-DD"); empty: after the newest data.
  bool json = false;  ///< The result as JSON on stdout instead of tables.
  bool summary = false;  ///< Layers, weights and FLOPs of the network; nothing is run.
  bool dry_run = false;  ///< The settings as YAML; nothing is run.
  bool quiet = false;
  int num_ranks = 0;  ///< Processes of this machine that train together; 0: what started us says.
  bool progress = true;
  std::string help;  ///< Set when --help was asked for: the text to print.
};

/// Reads the arguments after the benchmark's name. Throws a usage error with did-you-mean.
RunRequest parse_run_request(const BenchmarkSpec& spec, const std::vector<std::string>& arguments);

/// The flags every benchmark has, for completion.
std::vector<std::string> common_run_flags();

}  // namespace sciwright::bench
