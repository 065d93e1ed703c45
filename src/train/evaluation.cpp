#include "train/evaluation.h"

#include <numeric>
#include <utility>
#include <vector>

#include "train/batch_reader.h"
#include "train/means.h"

namespace sciwright::train {
namespace {

/// The sums of all ranks, and whether one of them was asked to stop.
bool join(RankGroup& ranks, Means& means, bool is_stopped) {
  const torch::Tensor sums = torch::tensor(
      {means.loss_sum, means.counted, means.right, is_stopped ? 1.0 : 0.0}, torch::kDouble);
  ranks.sum(sums);
  const double* values = sums.data_ptr<double>();
  means = {.loss_sum = values[0], .counted = values[1], .right = values[2]};
  return values[3] > 0;
}

}  // namespace

std::optional<Evaluation> evaluate(const Network& network, const BatchSource& source,
                                   const EvaluationSettings& settings) {
  torch::NoGradGuard no_grad;
  network.module.eval();
  const torch::Device device = network.module.parameters().at(0).device();
  std::vector<std::uint32_t> order(static_cast<std::size_t>(source.num_samples()));
  std::iota(order.begin(), order.end(), 0U);
  RankGroup* ranks = settings.ranks;
  BatchReader reader(source, {.order = std::move(order),
                              .batch_size = settings.batch_size,
                              .first_batch = ranks == nullptr ? 0 : ranks->rank(),
                              .num_ahead = settings.num_ahead,
                              .batch_step = ranks == nullptr ? 1 : ranks->size()});
  Means means;
  bool is_stopped = false;
  for (bool is_first = true; std::optional<Batch> next = reader.next(); is_first = false) {
    is_stopped = !is_first && settings.stop_requested && settings.stop_requested();
    if (is_stopped) break;
    const Batch batch = to_device(std::move(*next), device);
    const double loss = network.loss(batch, 0).item<double>();
    means.add(loss, static_cast<double>(batch.input.size(0)),
              network.hits ? std::optional(network.hits()) : std::nullopt);
  }
  if (ranks != nullptr) is_stopped = join(*ranks, means, is_stopped);
  if (is_stopped) return std::nullopt;
  return Evaluation{means.loss(), means.accuracy(network)};
}

}  // namespace sciwright::train
