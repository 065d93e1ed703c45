#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "train/batch.h"
#include "train/checkpoint.h"
#include "train/early_stopping.h"
#include "train/epoch_record.h"
#include "train/evaluation.h"
#include "train/network.h"
#include "train/optimizer.h"
#include "train/rank_group.h"

namespace sciwright::train {

/// How a network is fitted.
struct FitSettings {
  double epochs = 1;    ///< May be a fraction: 0.5 sees half of the samples.
  int batch_size = 64;  ///< Of all ranks together: the learning rate need not know of them.
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
  int num_ahead = 0;           ///< Batches that a thread keeps ready; see BatchReader.
  Json identity = nullptr;     ///< What a resumed fit must agree with (network, data, settings).
  RankGroup* ranks = nullptr;  ///< Those that fit it together; null: alone. See fit().
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
  double rank_wait_s = 0;  ///< This rank's waiting for others' gradients, since the last resume.
  std::string message;     ///< What happened, for kDiverged.
};

/// Fits a network. The order of samples in epoch e is a permutation derived from (seed, "shuffle",
/// e), the seed of step s from (seed, "step", s), so that a fit interrupted anywhere and resumed
/// gives the same weights and history, bit for bit (but for times); one stopped in a validation
/// repeats that, not the steps before. `validation` may be null or empty. The network must stand in
/// training and evaluation mode through module.train(). Throws a usage error when last.npz belongs
/// to another fit.
///
/// Ranks share every batch: each learns from its part, all take the same step with the gradient of
/// the whole, and validate a part of the batches each. Rank 0 alone reads and writes files; what it
/// resumes from counts for all, and may come from a fit with another number of ranks. When a rank
/// is lost the others throw, and last.npz continues from the last step all of them made.
FitResult fit(const Network& network, const BatchSource& training, const BatchSource* validation,
              const FitSettings& settings, const FitHooks& hooks);

/// Where the weights (one vector, "weights") after an epoch (from 1) are kept.
std::filesystem::path epoch_path(const std::filesystem::path& folder, int epoch);

/// Puts weights that a fit left (last.npz, best.npz, epoch_path) into its network.
void load_fitted_weights(torch::nn::Module& module, const std::filesystem::path& path);

}  // namespace sciwright::train
