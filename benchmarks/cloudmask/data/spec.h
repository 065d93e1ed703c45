#pragma once

#include "bench/benchmark_spec.h"

namespace sciwright::cloudmask {

/// Name, flags, settings and the reference's own keys of the cloud-masking benchmark.
bench::BenchmarkSpec spec();

}  // namespace sciwright::cloudmask
