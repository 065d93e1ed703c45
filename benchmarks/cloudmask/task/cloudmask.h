#pragma once

#include "bench/benchmark.h"

namespace sciwright::cloudmask {

/// Clouds in Sentinel-3 SLSTR scenes, scored beside masks that need no network (MLCommons Science
/// "cloudmask").
class Cloudmask final : public bench::Benchmark {
 public:
  bench::BenchmarkSpec spec() const override;
  bench::RunOutcome run(bench::RunContext& context) const override;
  std::string model_summary(const bench::Json& settings) const override;
  bench::Prediction prediction(const bench::Json& settings,
                               const bench::PredictionRequest& request) const override;
};

}  // namespace sciwright::cloudmask
