#include "train/gradient_sum.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace sciwright::train {

/// Hears that a parameter has its gradient.
class GradientSum::Listener final : public torch::autograd::FunctionPostHook {
 public:
  Listener(GradientSum& owner, std::size_t piece) : owner_(owner), piece_(piece) {}
  torch::autograd::variable_list operator()(
      const torch::autograd::variable_list& outputs,
      const torch::autograd::variable_list& /*inputs*/) override {
    owner_.note(piece_);
    return outputs;
  }

 private:
  GradientSum& owner_;
  const std::size_t piece_;
};

GradientSum::GradientSum(RankGroup& group, const std::vector<torch::Tensor>& parameters,
                         FlatParameters& flat, std::size_t piece_bytes)
    : group_(group) {
  if (group.is_alone()) return;
  std::int64_t end = flat.gradient.numel();
  std::int64_t begin = end;
  std::size_t num_parameters = 0;
  for (std::size_t i = parameters.size(); i-- > 0;) {
    begin -= parameters[i].numel();
    ++num_parameters;
    auto accumulator = torch::autograd::impl::grad_accumulator(parameters[i]);
    accumulator->add_post_hook(std::make_unique<Listener>(*this, pieces_.size()));
    accumulators_.push_back(std::move(accumulator));
    const auto bytes = static_cast<std::size_t>(end - begin) * flat.gradient.element_size();
    if (bytes < piece_bytes && i > 0) continue;
    pieces_.push_back({.gradient = flat.gradient.narrow(0, begin, end - begin),
                       .num_parameters = num_parameters});
    end = begin;
    num_parameters = 0;
  }
}

GradientSum::~GradientSum() = default;

void GradientSum::begin() {
  next_ = 0;
  is_open_ = true;
  for (Piece& piece : pieces_) piece.num_missing = piece.num_parameters;
}

void GradientSum::note(std::size_t piece) {
  if (!is_open_) return;
  --pieces_[piece].num_missing;
  begin_ready_pieces();
}

void GradientSum::begin_ready_pieces() {
  for (; next_ < pieces_.size() && pieces_[next_].num_missing == 0; ++next_) {
    pieces_[next_].sum = group_.begin_sum(pieces_[next_].gradient);
  }
}

void GradientSum::finish() {
  is_open_ = false;
  for (Piece& piece : pieces_) piece.num_missing = 0;  // what got no gradient has 0
  begin_ready_pieces();
  for (Piece& piece : pieces_) group_.finish(piece.sum);
}

}  // namespace sciwright::train
