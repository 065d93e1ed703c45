#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "train/gradient_sum.h"
#include "train/network.h"
#include "train/optimizer.h"
#include "train/rank_group.h"

namespace sciwright::train {

/// What a step learned of its batch, over all ranks.
struct StepValues {
  double loss = 0;
  double gradient_norm = 0;  ///< Euclidean; 0 where the loss is not finite.
  std::int64_t num_samples = 0;
  std::optional<Hits> hits = {};
  bool stop = false;       ///< A rank was asked to stop after this step.
  double rank_wait_s = 0;  ///< Waiting for the others' gradients after its own was done.
};

/// The loss of a batch and its gradient. Ranks share a batch: each computes on its part, and all
/// leave with the gradient of the whole, as one rank alone would have it but for rounding.
class TrainingStep final {
 public:
  /// All must outlive it.
  TrainingStep(const Network& network, FlatParameters& parameters, RankGroup& ranks,
               const Clock& clock);

  /// `batch` may be empty (no input): nothing of it is this rank's. `seed` is the step's; ranks
  /// derive their own from it. `stop_requested` is asked once, may be empty.
  StepValues run(const Batch& batch, std::uint64_t seed,
                 const std::function<bool()>& stop_requested);

 private:
  StepValues run_alone(const Batch& batch, std::uint64_t seed);
  StepValues run_shared(const Batch& batch, std::uint64_t seed, bool stop);
  double weight_of(const Batch& batch) const;

  const Network& network_;
  FlatParameters& parameters_;
  RankGroup& ranks_;
  const Clock& clock_;
  GradientSum gradient_sum_;
};

}  // namespace sciwright::train
