#include "train/training_step.h"

#include <array>
#include <cmath>

#include <torch/utils.h>

#include "base/random.h"

namespace sciwright::train {
namespace {

/// What ranks tell each other of a step beside the gradient.
enum Told : std::size_t { kLoss, kWeight, kSamples, kRight, kCounted, kStop, kNumTold };

}  // namespace

TrainingStep::TrainingStep(const Network& network, FlatParameters& parameters, RankGroup& ranks,
                           const Clock& clock)
    : network_(network),
      parameters_(parameters),
      ranks_(ranks),
      clock_(clock),
      gradient_sum_(ranks, network.module.parameters(), parameters) {}

StepValues TrainingStep::run(const Batch& batch, std::uint64_t seed,
                             const std::function<bool()>& stop_requested) {
  parameters_.zero_gradient();
  const auto wants_stop = [&] { return stop_requested && stop_requested(); };
  StepValues values;
  if (ranks_.is_alone()) {
    values = run_alone(batch, seed);
    values.stop = wants_stop();
  } else {
    values = run_shared(batch, derive_seed(seed, "rank", static_cast<std::uint64_t>(ranks_.rank())),
                        wants_stop());
  }
  if (std::isfinite(values.loss)) values.gradient_norm = parameters_.gradient_norm();
  return values;
}

StepValues TrainingStep::run_alone(const Batch& batch, std::uint64_t seed) {
  torch::manual_seed(seed);
  const torch::Tensor loss = network_.loss(batch, seed);
  loss.backward();
  return {.loss = loss.item<double>(),
          .num_samples = batch.input.size(0),
          .hits = network_.hits ? std::optional(network_.hits()) : std::nullopt};
}

/// Each rank adds the gradient of its sum of losses, not of its mean; all divide by what the whole
/// batch counts when that is known.
StepValues TrainingStep::run_shared(const Batch& batch, std::uint64_t seed, bool stop) {
  std::array<double, kNumTold> told = {};
  told[kStop] = stop ? 1 : 0;
  torch::Tensor loss_sum;
  if (batch.input.defined()) {
    torch::manual_seed(seed);
    const torch::Tensor loss = network_.loss(batch, seed);
    if (network_.hits) {
      const Hits hits = network_.hits();
      told[kRight] = hits.right;
      told[kCounted] = hits.counted;
    }
    told[kWeight] = weight_of(batch);
    told[kSamples] = static_cast<double>(batch.input.size(0));
    // A part in which nothing was observed has no mean; its loss is 0.
    loss_sum = loss * told[kWeight];
    told[kLoss] = loss_sum.item<double>();
  }
  const torch::Tensor sums = torch::from_blob(told.data(), {kNumTold}, torch::kDouble);
  const RankGroup::Sum sum = ranks_.begin_sum(sums);
  gradient_sum_.begin();
  if (loss_sum.defined()) loss_sum.backward();
  const std::int64_t done_ns = clock_.steady_ns();
  gradient_sum_.finish();
  ranks_.finish(sum);
  const std::int64_t joined_ns = clock_.steady_ns();
  torch::NoGradGuard no_grad;
  if (told[kWeight] > 0) parameters_.gradient.div_(told[kWeight]);
  return {.loss = told[kWeight] > 0 ? told[kLoss] / told[kWeight] : 0,
          .num_samples = static_cast<std::int64_t>(told[kSamples]),
          .hits = network_.hits ? std::optional(Hits{told[kRight], told[kCounted]}) : std::nullopt,
          .stop = told[kStop] > 0,
          .rank_wait_s = static_cast<double>(joined_ns - done_ns) * 1e-9};
}

double TrainingStep::weight_of(const Batch& batch) const {
  if (network_.loss_weight) return network_.loss_weight(batch);
  return network_.hits ? network_.hits().counted : static_cast<double>(batch.input.size(0));
}

}  // namespace sciwright::train
