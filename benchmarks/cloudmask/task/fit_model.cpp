#include "cloudmask/task/fit_model.h"

#include <limits>

#include <torch/types.h>

#include "models/blocks.h"
#include "models/unet.h"
#include "recorded_fit/recorded_fit.h"
#include "train/loss.h"

namespace sciwright::cloudmask {
namespace {

using torch::Tensor;

/// Batches that are read while the network learns from earlier ones.
constexpr int kNumAhead = 3;
/// Validation keeps no activations, but its patches' largest ones at a time.
constexpr int kLargestEvaluationBatch = 8;
/// Changes of brightness that a patch may get, out of which an epoch draws one.
constexpr std::uint32_t kNumJitters = 1024;

/// Patches as tensors: input [B, C, P, P], target [B, 1, P, P] with NaN where nothing counts.
class PatchSource final : public train::BatchSource {
 public:
  explicit PatchSource(PatchReader& patches) : patches_(patches) {}

  std::int64_t num_samples() const override {
    return static_cast<std::int64_t>(patches_.num_patches());
  }

  train::Batch batch(std::span<const std::uint32_t> samples) const override {
    const auto count = static_cast<std::int64_t>(samples.size());
    const int side = patches_.patch_px();
    train::Batch batch{torch::empty({count, patches_.num_channels(), side, side}),
                       torch::empty({count, 1, side, side}),
                       {}};
    float* input = batch.input.data_ptr<float>();
    float* target = batch.target.data_ptr<float>();
    for (const std::uint32_t sample : samples) {
      const Patch patch = patches_.read(sample);
      input = std::copy(patch.image.values.begin(), patch.image.values.end(), input);
      for (const std::uint8_t label : patch.label.values) {
        *target++ = label == kUncounted ? std::numeric_limits<float>::quiet_NaN()
                                        : static_cast<float>(label);
      }
    }
    return batch;
  }

 private:
  PatchReader& patches_;
};

Tensor without_edge(const Tensor& x, std::int64_t edge_px) {
  const std::int64_t side = x.size(2) - 2 * edge_px;
  return x.narrow(2, edge_px, side).narrow(3, edge_px, side);
}

/// The network's loss, and what it got right of the batch it saw last.
class CloudLoss final {
 public:
  CloudLoss(const models::Unet& network, const TrainingSettings& settings)
      : network_(network), settings_(settings) {}

  Tensor operator()(const train::Batch& batch) {
    const Tensor logits = network_.forward(batch.input);
    logits_ = logits.detach();
    target_ = batch.target;
    if (settings_.loss == "binary_crossentropy") return train::logistic_loss(logits, target_);
    logits_ = without_edge(logits_, settings_.clip_offset_px);
    target_ = without_edge(target_, settings_.clip_offset_px);
    return train::weighted_logistic_loss(without_edge(logits, settings_.clip_offset_px), target_,
                                         settings_.positive_weight);
  }

  train::Hits hits() const {
    const Tensor counted = target_.isnan().logical_not();
    const Tensor right = (logits_ > 0).eq(target_ > 0.5).logical_and(counted);
    return {static_cast<double>(right.sum().item<std::int64_t>()),
            static_cast<double>(counted.sum().item<std::int64_t>())};
  }

 private:
  const models::Unet& network_;
  const TrainingSettings& settings_;
  Tensor logits_;
  Tensor target_;
};

/// What computes with the precision that is set.
const char* kernels_name(const models::Unet& network) {
  const models::UnetSettings& settings = network.settings;
  const bool is_fast =
      settings.kernels == models::Kernels::kFast && models::has_fast_unet(settings.precision);
  return is_fast ? "fast" : "plain";
}

std::uint32_t num_variants(const TrainingSettings& s) {
  const std::uint32_t jitters = s.jitter > 0 ? kNumJitters : 0;
  if (s.augment) return PatchReader::kNumTurns * (1 + jitters);
  return 1;
}

train::FitSettings fit_settings(const Settings& s, const PatchReader& training) {
  train::FitSettings out;
  out.epochs = s.training.epochs;
  out.batch_size = s.training.batch_size;
  out.evaluation_batch_size = std::min(s.training.batch_size, kLargestEvaluationBatch);
  out.optimizer.learning_rate = s.training.learning_rate;
  const bool is_study = !s.training.patience_study.empty();
  const bool stops_early = s.training.early_stopping && !is_study;
  out.early_stopping.patience = stops_early ? s.training.patience : 0;
  out.restore_best = s.training.weights == "best";
  out.keep_epochs = is_study;
  out.num_ahead = kNumAhead;
  out.order = [&s, &training](int epoch) {
    return s.training.shuffle == "full"
               ? full_order(training.num_patches(), num_variants(s.training), s.run.seed, epoch)
               : reference_order(training.patches_of_scenes(),
                                 static_cast<std::size_t>(s.training.batch_size), s.run.seed,
                                 epoch);
  };
  return out;
}

}  // namespace

FittedModel fit_model(bench::RunContext& context, const Settings& s, Model& model,
                      PatchReader& training, PatchReader& validation) {
  const PatchSource training_source(training);
  const PatchSource validation_source(validation);
  const std::string precision = set_precision(model, s.training.precision);
  CloudLoss loss(*model.network, s.training);
  const train::Network network{
      *model.network, [&](const train::Batch& batch, std::uint64_t) { return loss(batch); },
      [&] { return loss.hits(); }};
  const train::FitResult fit = bench::recorded_fit(context, network, training_source,
                                                   &validation_source, fit_settings(s, training));
  FittedModel out{.stopped = fit.status == train::FitStatus::kStopped,
                  .early_stopped = fit.status == train::FitStatus::kEarlyStopped,
                  .best_epoch = fit.best_epoch,
                  .num_steps = fit.num_steps,
                  .num_weights = models::num_weights(*model.network),
                  .precision = precision,
                  .kernels = kernels_name(*model.network),
                  .history = fit.history};
  if (fit.status == train::FitStatus::kDiverged) out.invalid_because.push_back(fit.message);
  return out;
}

}  // namespace sciwright::cloudmask
