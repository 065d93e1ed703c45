#include "train/loss.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include "base/error.h"

namespace sciwright::train {
namespace {

/// The errors where something was observed, 0 elsewhere, and how many there are.
struct ObservedError {
  torch::Tensor error;
  torch::Tensor count;
};

ObservedError observed_error(const torch::Tensor& output, const torch::Tensor& target) {
  const torch::Tensor observed = torch::isnan(target).logical_not();
  // Zero through `where` on both sides: a NaN times zero would stay NaN in the gradient.
  const torch::Tensor clean = torch::where(observed, target, torch::zeros_like(target));
  const torch::Tensor error = torch::where(observed, clean - output, torch::zeros_like(output));
  return {error, observed.sum().clamp_min(1).to(output.dtype())};
}

torch::Tensor mean_logistic_loss_by_operations(const torch::Tensor& logits,
                                               const torch::Tensor& labels,
                                               double positive_weight) {
  const torch::Tensor observed = torch::isnan(labels).logical_not();
  const torch::Tensor y = torch::where(observed, labels, torch::zeros_like(labels));
  const torch::Tensor loss =
      positive_weight * y * torch::log_sigmoid(logits) + (1 - y) * torch::log_sigmoid(-logits);
  return -torch::where(observed, loss, torch::zeros_like(loss)).sum() /
         observed.sum().clamp_min(1).to(logits.dtype());
}

/// Losses of some logits.
struct LogisticSum {
  double loss = 0;
  std::int64_t count = 0;
};

/// The losses of [begin, end), and their gradients.
LogisticSum logistic_block(const float* logits, const float* labels, float* gradient,
                           std::int64_t begin, std::int64_t end, float positive_weight) {
  LogisticSum sum;
  for (std::int64_t i = begin; i < end; ++i) {
    const float x = logits[i];
    const float y = labels[i];
    gradient[i] = 0;
    if (std::isnan(y)) continue;
    const float small = std::exp(-std::abs(x));
    const float probability = (x >= 0 ? 1 : small) / (1 + small);
    const float shared = std::log1p(small);
    const float positive = positive_weight * y;
    sum.loss += positive * (shared + std::max(-x, 0.0F)) + (1 - y) * (shared + std::max(x, 0.0F));
    gradient[i] = (1 - y) * probability - positive * (1 - probability);
    ++sum.count;
  }
  return sum;
}

/// Loss and gradient in one pass over float32 on the processor, equal for any number of threads.
class LogisticLoss final : public torch::autograd::Function<LogisticLoss> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& logits, const torch::Tensor& labels,
                               double positive_weight) {
    constexpr std::int64_t kBlock = 8192;
    const torch::Tensor x = logits.contiguous();
    const torch::Tensor y = labels.contiguous();
    const torch::Tensor gradient = torch::empty_like(x);
    std::vector<LogisticSum> sums(static_cast<std::size_t>((x.numel() + kBlock - 1) / kBlock));
    at::parallel_for(0, std::ssize(sums), 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t block = first; block < last; ++block) {
        sums[static_cast<std::size_t>(block)] = logistic_block(
            x.data_ptr<float>(), y.data_ptr<float>(), gradient.data_ptr<float>(), block * kBlock,
            std::min((block + 1) * kBlock, x.numel()), static_cast<float>(positive_weight));
      }
    });
    LogisticSum all;
    for (const LogisticSum& sum : sums) {
      all.loss += sum.loss;
      all.count += sum.count;
    }
    const auto count = static_cast<double>(std::max<std::int64_t>(all.count, 1));
    context->saved_data["gradient"] = gradient;
    context->saved_data["count"] = count;
    return torch::scalar_tensor(all.loss / count, x.options());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor scale = gradients[0] / context->saved_data["count"].toDouble();
    return {context->saved_data["gradient"].toTensor() * scale, {}, {}};
  }
};

torch::Tensor mean_logistic_loss(const torch::Tensor& logits, const torch::Tensor& labels,
                                 double positive_weight) {
  const auto is_simple = [](const torch::Tensor& x) {
    return x.is_cpu() && x.scalar_type() == torch::kFloat32;
  };
  return is_simple(logits) && is_simple(labels) && logits.sizes() == labels.sizes()
             ? LogisticLoss::apply(logits, labels, positive_weight)
             : mean_logistic_loss_by_operations(logits, labels, positive_weight);
}

}  // namespace

torch::Tensor absolute_loss(const torch::Tensor& output, const torch::Tensor& target) {
  const ObservedError e = observed_error(output, target);
  return e.error.abs().sum() / e.count;
}

torch::Tensor squared_loss(const torch::Tensor& output, const torch::Tensor& target) {
  const ObservedError e = observed_error(output, target);
  return e.error.square().sum() / e.count;
}

torch::Tensor huber_loss(const torch::Tensor& output, const torch::Tensor& target, double delta) {
  const ObservedError e = observed_error(output, target);
  const torch::Tensor size = e.error.abs();
  const torch::Tensor inner = size.clamp_max(delta);
  return (inner * (size - 0.5 * inner)).sum() / e.count;
}

double num_observed(const torch::Tensor& target) {
  return static_cast<double>(target.isnan().logical_not().sum().item<std::int64_t>());
}

torch::Tensor quantile_loss(const torch::Tensor& output, const torch::Tensor& target,
                            const std::vector<double>& quantiles) {
  const torch::Tensor q = torch::tensor(quantiles, output.options());
  const ObservedError e = observed_error(output, target.unsqueeze(-1).expand_as(output));
  const torch::Tensor loss = torch::maximum(q * e.error, (q - 1) * e.error);
  return loss.sum() / e.count * static_cast<double>(quantiles.size());
}

torch::Tensor weighted_squared_loss(const torch::Tensor& output, const torch::Tensor& target,
                                    const torch::Tensor& weights) {
  const ObservedError e = observed_error(output, target);
  const double rows = static_cast<double>(output.numel()) / static_cast<double>(output.size(-1));
  return (e.error.square() * weights).sum() / rows;
}

torch::Tensor nse_loss(const torch::Tensor& output, const torch::Tensor& target,
                       const torch::Tensor& weights) {
  const ObservedError e = observed_error(output, target);
  return (e.error.square() * weights).sum() / e.count;
}

torch::Tensor logistic_loss(const torch::Tensor& logits, const torch::Tensor& labels) {
  return mean_logistic_loss(logits, labels, 1);
}

torch::Tensor weighted_logistic_loss(const torch::Tensor& logits, const torch::Tensor& labels,
                                     double positive_weight) {
  // ln((1 - 1e-7) / 1e-7): cutting off the logit is cutting off the probability.
  constexpr double kLargestLogit = 16.118095550958316;
  return mean_logistic_loss(logits.clamp(-kLargestLogit, kLargestLogit), labels, positive_weight);
}

torch::Tensor named_loss(const std::string& name, const torch::Tensor& output,
                         const torch::Tensor& target) {
  if (name == "mae") return absolute_loss(output, target);
  if (name == "mse") return squared_loss(output, target);
  if (name == "huber") return huber_loss(output, target, 0.01);
  throw usage_error("the loss '" + name + "' is not known (known: mae, mse, huber)");
}

}  // namespace sciwright::train
