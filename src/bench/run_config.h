#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/benchmark_spec.h"
#include "config/overrides.h"
#include "io/yaml.h"

namespace sciwright::bench {

/// What a run is told, after all files and flags are put together.
struct RunConfig {
  Json settings;  ///< Every setting of the benchmark's section.
  Json sections =
      Json::object();  ///< The other sections as they were given (submission, experiment, …).
  std::vector<std::string> warnings;  ///< Dead keys, experiment parameters that are no setting.
};

/// Puts the layers of one run together; later ones win: defaults, each file (its section named
/// after the benchmark, then keys in the reference's own layout, then `experiment.*` through the
/// alias table), then the command line. The benchmark's section is strict, and so are `submission`
/// and `mllog`. Sections that belong to other tools are left alone; any other top-level key is a
/// problem. Throws one usage error with all problems, each with file, line and column.
RunConfig resolve_run_config(const BenchmarkSpec& spec, const std::vector<io::Document>& files,
                             const std::vector<config::Override>& overrides);

/// What a run would say of a configuration.
struct ConfigReview {
  Problems problems;                                ///< Why it would not start.
  std::map<std::string, std::string> ignored = {};  ///< Its `experiment` keys without effect, each
                                                    ///< with a sentence that says so.
};

/// Looks at a configuration as resolve_run_config would, without defaults of the command line.
ConfigReview review_run_config(const BenchmarkSpec& spec, const io::Document& file);

/// True when a file comes from a generated experiment folder, so that the run belongs into `run/`
/// beside it.
bool is_experiment_config(const io::Document& file);

}  // namespace sciwright::bench
