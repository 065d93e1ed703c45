#pragma once

#include <functional>
#include <optional>

#include "train/batch.h"
#include "train/network.h"
#include "train/rank_group.h"

namespace sciwright::train {

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
  RankGroup* ranks = nullptr;                 ///< Each takes every size-th batch; null: alone.
};

/// Over all samples in order, without dropout; nothing when asked to stop, be it another rank.
std::optional<Evaluation> evaluate(const Network& network, const BatchSource& source,
                                   const EvaluationSettings& settings);

}  // namespace sciwright::train
