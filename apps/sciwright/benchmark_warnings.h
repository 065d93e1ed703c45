#pragma once

#include <vector>

#include "bench/benchmark_spec.h"
#include "experiment/study.h"

namespace sciwright {

/// What the benchmark that a study's script runs (`sciwright run NAME`) would refuse of the
/// experiments' configurations, and parameters that it ignores and nothing else uses; each sentence
/// once. Looks at experiments that between them have every value, of the first combinations. Empty
/// when the script runs no benchmark of ours.
Problems benchmark_warnings(const experiment::Study& study,
                            const std::vector<bench::BenchmarkSpec>& benchmarks);

}  // namespace sciwright
