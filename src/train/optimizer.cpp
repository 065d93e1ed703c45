#include "train/optimizer.h"

#include <cmath>
#include <numbers>

#include <ATen/Parallel.h>

#include "base/error.h"
#include "base/parallel_for.h"

namespace sciwright::train {
namespace {

struct AdamStep {
  double rate;  ///< Learning rate with the bias corrections.
  double beta_1;
  double beta_2;
  double epsilon;
  double decay;  ///< Learning rate times weight decay.
  double gradient_factor;
};

/// One pass over [begin, end) of the four arrays.
void adam_block(const AdamStep& s, float* w, const float* g, float* m, float* v, std::size_t begin,
                std::size_t end) {
  const auto beta_1 = static_cast<float>(s.beta_1);
  const auto beta_2 = static_cast<float>(s.beta_2);
  const auto rate = static_cast<float>(s.rate);
  const auto epsilon = static_cast<float>(s.epsilon);
  const auto decay = static_cast<float>(s.decay);
  const auto factor = static_cast<float>(s.gradient_factor);
  for (std::size_t i = begin; i < end; ++i) {
    const float gradient = g[i] * factor;
    m[i] = beta_1 * m[i] + (1 - beta_1) * gradient;
    v[i] = beta_2 * v[i] + (1 - beta_2) * gradient * gradient;
    w[i] -= rate * m[i] / (std::sqrt(v[i]) + epsilon) + decay * w[i];
  }
}

double cosine_rate(const OptimizerSettings& settings, double step, double num_steps) {
  const double warmup = settings.warmup_fraction * num_steps;
  if (step < warmup) return settings.learning_rate * (step + 1) / (warmup + 1);
  const double part = (step - warmup) / std::max(1.0, num_steps - warmup);
  return settings.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, part)));
}

}  // namespace

double learning_rate_at(const OptimizerSettings& settings, std::int64_t step,
                        const StepCounts& steps) {
  const auto at = static_cast<double>(step);
  if (settings.schedule == "constant") return settings.learning_rate;
  if (settings.schedule == "cosine") {
    return cosine_rate(settings, at, static_cast<double>(steps.all));
  }
  const double decays = at / (settings.decay_epochs * static_cast<double>(steps.per_epoch));
  if (settings.schedule == "step") {
    return settings.learning_rate * std::pow(settings.decay_factor, std::floor(decays));
  }
  if (settings.schedule == "exponential") {
    return settings.learning_rate * std::pow(settings.decay_factor, decays);
  }
  throw usage_error("the schedule '" + settings.schedule +
                    "' is not known (known: constant, cosine, step, exponential)");
}

FlatParameters::FlatParameters(const std::vector<torch::Tensor>& parameters) {
  torch::NoGradGuard no_grad;
  std::int64_t count = 0;
  for (const torch::Tensor& p : parameters) count += p.numel();
  const auto options = parameters.at(0).options().requires_grad(false);
  weights = torch::empty({count}, options);
  gradient = torch::zeros({count}, options);
  moment_1 = torch::zeros({count}, options);
  moment_2 = torch::zeros({count}, options);
  std::int64_t offset = 0;
  for (torch::Tensor p : parameters) {
    const torch::Tensor view = weights.narrow(0, offset, p.numel()).view(p.sizes());
    view.copy_(p);
    p.set_data(view);
    p.mutable_grad() = gradient.narrow(0, offset, p.numel()).view(p.sizes());
    offset += p.numel();
  }
}

void FlatParameters::zero_gradient() { gradient.zero_(); }

double FlatParameters::gradient_norm() const {
  return gradient.to(torch::kDouble).norm().item<double>();
}

void FlatParameters::adam_step(const OptimizerSettings& settings, std::int64_t step,
                               double learning_rate) {
  torch::NoGradGuard no_grad;
  const auto t = static_cast<double>(step + 1);
  AdamStep s{.rate = learning_rate * std::sqrt(1 - std::pow(settings.beta_2, t)) /
                     (1 - std::pow(settings.beta_1, t)),
             .beta_1 = settings.beta_1,
             .beta_2 = settings.beta_2,
             .epsilon = settings.epsilon,
             .decay = learning_rate * settings.weight_decay,
             .gradient_factor = 1};
  if (settings.clip_norm > 0) {
    const double norm = gradient_norm();
    if (norm > settings.clip_norm) s.gradient_factor = settings.clip_norm / norm;
  }
  if (weights.is_cpu()) {
    parallel_for(static_cast<std::size_t>(weights.numel()),
                 weights.numel() < 200'000 ? 1 : at::get_num_threads(),
                 [&](std::size_t begin, std::size_t end) {
                   adam_block(s, weights.data_ptr<float>(), gradient.data_ptr<float>(),
                              moment_1.data_ptr<float>(), moment_2.data_ptr<float>(), begin, end);
                 });
    return;
  }
  const torch::Tensor g = gradient * s.gradient_factor;
  moment_1.mul_(s.beta_1).add_(g, 1 - s.beta_1);
  moment_2.mul_(s.beta_2).addcmul_(g, g, 1 - s.beta_2);
  weights.mul_(1 - s.decay).addcdiv_(moment_1, moment_2.sqrt().add_(s.epsilon), -s.rate);
}

}  // namespace sciwright::train
