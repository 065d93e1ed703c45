#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <torch/types.h>

#include "train/optimizer.h"
#include "train/rank_group.h"

namespace sciwright::train {

/// Sums the gradient of a network over the ranks, piece by piece, while backward() still works on
/// the rest (Li et al. 2020, "PyTorch Distributed", arXiv 2006.15704, section 3.2). Pieces are
/// summed in one fixed order, last parameters first, so that the result does not depend on timing.
class GradientSum final {
 public:
  /// All must outlive it. `parameters` are those of `flat`, in its order. A piece holds whole
  /// parameters of at least `piece_bytes` (but for the last).
  GradientSum(RankGroup& group, const std::vector<torch::Tensor>& parameters, FlatParameters& flat,
              std::size_t piece_bytes = std::size_t{1} << 20);
  ~GradientSum();
  GradientSum(const GradientSum&) = delete;
  GradientSum& operator=(const GradientSum&) = delete;

  /// Before backward().
  void begin();
  /// After backward(), or in its place where this rank has no samples: hands over what is left and
  /// waits. `flat.gradient` then is the sum.
  void finish();

 private:
  struct Piece {
    torch::Tensor gradient;  ///< A view of the flat one.
    std::size_t num_parameters = 0;
    std::size_t num_missing = 0;  ///< Of them, without a gradient in this step.
    RankGroup::Sum sum = nullptr;
  };
  class Listener;

  void note(std::size_t piece);
  void begin_ready_pieces();

  RankGroup& group_;
  std::vector<Piece> pieces_;  ///< In the order of summing.
  std::size_t next_ = 0;       ///< First piece that is not being summed.
  bool is_open_ = false;
  std::vector<std::shared_ptr<torch::autograd::Node>> accumulators_;  ///< Kept, with our listeners.
};

}  // namespace sciwright::train
