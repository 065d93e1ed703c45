#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "bench/benchmark_spec.h"
#include "record/phases.h"

namespace sciwright::bench {

/// The timers of the papers that the MLCommons rules want in the log, and their keys.
const record::MllogKeys& usual_mllog_keys();

/// The timers of a benchmark's runs: its own, and those of every run.
std::vector<std::string> timers_of(const BenchmarkSpec& spec);

/// What is wrong with the section `mllog` of a configuration: `keys` that are no texts, timers that
/// no run of the benchmark has, other settings.
Problems check_mllog_keys(const Json& sections, const BenchmarkSpec& spec,
                          const config::Locate& locate);

/// The usual keys with what `mllog: {keys: {TIMER: KEY}}` of the configuration adds or replaces; an
/// empty key logs a timer no more. Expects checked sections.
record::MllogKeys mllog_keys(const Json& sections);

}  // namespace sciwright::bench
