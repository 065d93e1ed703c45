#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <torch/nn/module.h>

#include "base/clock.h"
#include "train/batch.h"
#include "train/checkpoint.h"
#include "train/early_stopping.h"
#include "train/epoch_record.h"
#include "train/optimizer.h"

namespace sciwright::train {

/// How a network is fitted.
struct FitSettings {
  double epochs = 1;  ///< May be a fraction: 0.5 sees half of the samples.
  int batch_size = 64;
  int evaluation_batch_size = 256;
  std::uint64_t seed = 1;
  OptimizerSettings optimizer = {};
  EarlyStoppingSettings early_stopping = {};
  bool restore_best = true;  ///< End with the weights of the lowest validation loss.
  bool training_monitor =
      false;  ///< The reference's rule instead; "best" then means training loss.
  double checkpoint_interval_s = 600;  ///< Within an epoch; every epoch is saved anyway.
  std::filesystem::path folder = {};   ///< Gets last.npz and best.npz.
  bool keep_epochs = false;            ///< Keep the weights of every epoch, too; see epoch_path().
  bool resume = false;                 ///< Go on from last.npz where there is one.
  /// Order of the samples in an epoch (from 0), each once; empty: a permutation that derives from
  /// (seed, "shuffle", epoch).
  std::function<std::vector<std::uint32_t>(int epoch)> order = {};
  int num_ahead = 0;        ///< Batches that a thread keeps ready; see BatchReader.
  Json identity = nullptr;  ///< What a resumed fit must agree with (network, data, settings).
};

/// How many of the counted outputs of a batch were right.
struct Hits {
  double right = 0;
  double counted = 0;
};

/// A network as the loop sees it.
struct Network {
  torch::nn::Module& module;
  /// The loss of a batch, a scalar. `seed` is for the step's dropout; validation does not drop.
  std::function<torch::Tensor(const Batch& batch, std::uint64_t seed)> loss;
  /// Of the batch that `loss` saw last. Where it is given, epochs have an accuracy, and the losses
  /// of batches are averaged by what they counted rather than by samples.
  std::function<Hits()> hits = {};
};

/// What the caller hears and says on the way; each may be empty.
struct FitHooks {
  Clock clock = system_clock();
  std::function<void(int epoch)> on_epoch_start = {};
  std::function<void(std::int64_t done_samples, std::int64_t all_samples, double loss)> on_step =
      {};
  std::function<void(int epoch)> on_validation_start = {};
  std::function<void(const EpochRecord&)> on_epoch = {};
  /// Asked after every step and between the batches of a validation.
  std::function<bool()> stop_requested = {};
};

enum class FitStatus {
  kFinished,      ///< All epochs done.
  kEarlyStopped,  ///< The patience was used up.
  kStopped,       ///< Asked to stop; last.npz continues it.
  kDiverged,      ///< The loss became NaN or infinite; the weights are the last good ones.
};

struct FitResult {
  FitStatus status = FitStatus::kFinished;
  std::vector<EpochRecord> history;
  int best_epoch = 0;  ///< From 1; 0 when none was best.
  std::int64_t num_steps = 0;
  std::string message;  ///< What happened, for kDiverged.
};

/// Fits a network. The order of samples in epoch e is a permutation derived from (seed, "shuffle",
/// e), the seed of step s from (seed, "step", s), so that a fit interrupted anywhere and resumed
/// gives the same weights and history, bit for bit (but for times); one stopped in a validation
/// repeats that, not the steps before. `validation` may be null or empty. The network must stand in
/// training and evaluation mode through module.train(). Throws a usage error when last.npz belongs
/// to another fit.
FitResult fit(const Network& network, const BatchSource& training, const BatchSource* validation,
              const FitSettings& settings, const FitHooks& hooks);

/// Mean loss over all samples, and accuracy where the network tells its hits.
struct Evaluation {
  double loss = 0;
  std::optional<double> accuracy;
};

/// How to go through a source once.
struct EvaluationSettings {
  int batch_size = 256;
  int num_ahead = 0;
  std::function<bool()> stop_requested = {};  ///< Asked between batches.
};

/// Over all samples in order, without dropout; nothing when asked to stop.
std::optional<Evaluation> evaluate(const Network& network, const BatchSource& source,
                                   const EvaluationSettings& settings);

/// Where the weights (one vector, "weights") after an epoch (from 1) are kept.
std::filesystem::path epoch_path(const std::filesystem::path& folder, int epoch);

/// Puts weights that a fit left (last.npz, best.npz, epoch_path) into its network.
void load_fitted_weights(torch::nn::Module& module, const std::filesystem::path& path);

}  // namespace sciwright::train
