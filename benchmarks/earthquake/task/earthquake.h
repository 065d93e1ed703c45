#pragma once

#include "bench/benchmark.h"

namespace sciwright::earthquake {

/// Forecasts of Southern California seismicity, scored beside trivial forecasts (MLCommons Science
/// "earthquake").
class Earthquake final : public bench::Benchmark {
 public:
  bench::BenchmarkSpec spec() const override;
  bench::RunOutcome run(bench::RunContext& context) const override;
  std::string model_summary(const bench::Json& settings) const override;
  bench::Prediction prediction(const bench::Json& settings,
                               const bench::PredictionRequest& request) const override;
};

}  // namespace sciwright::earthquake
