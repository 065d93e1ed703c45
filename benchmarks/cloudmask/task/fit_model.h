#pragma once

#include <optional>
#include <vector>

#include "bench/benchmark.h"
#include "cloudmask/data/patch_reader.h"
#include "cloudmask/task/model.h"
#include "train/epoch_record.h"

namespace sciwright::cloudmask {

/// What a fit leaves besides the weights.
struct FittedModel {
  bool stopped = false;  ///< On request; all below is of no use.
  bool early_stopped = false;
  int best_epoch = 0;  ///< From 1.
  std::int64_t num_steps = 0;
  std::int64_t num_weights = 0;
  std::string precision = {};  ///< "float32" or "bfloat16".
  std::string kernels = {};    ///< "plain" or "fast".
  std::vector<train::EpochRecord> history = {};
  Problems invalid_because = {};  ///< It diverged.
};

/// Fits the network on patches, with all that a run records of it, and leaves the weights the
/// settings ask for in it.
FittedModel fit_model(bench::RunContext& context, const Settings& settings, Model& model,
                      PatchReader& training, PatchReader& validation);

}  // namespace sciwright::cloudmask
