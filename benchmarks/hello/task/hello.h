#pragma once

#include "bench/benchmark.h"

namespace sciwright::hello {

/// Learns to continue a noisy sine wave with a network of one hidden layer.
class Hello final : public bench::Benchmark {
 public:
  bench::BenchmarkSpec spec() const override;
  bench::RunOutcome run(bench::RunContext& context) const override;
  std::string model_summary(const bench::Json& settings) const override;
  bench::Prediction prediction(const bench::Json& settings,
                               const bench::PredictionRequest& request) const override;
};

}  // namespace sciwright::hello
