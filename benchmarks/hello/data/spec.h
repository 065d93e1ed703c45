#pragma once

#include "bench/benchmark_spec.h"

namespace sciwright::hello {

/// Name, flags and settings of the hello benchmark.
bench::BenchmarkSpec spec();

}  // namespace sciwright::hello
