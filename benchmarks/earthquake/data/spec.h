#pragma once

#include "bench/benchmark_spec.h"

namespace sciwright::earthquake {

/// Name, flags and settings of the earthquake benchmark.
bench::BenchmarkSpec spec();

}  // namespace sciwright::earthquake
