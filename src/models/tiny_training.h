#pragma once

#include <functional>

#include <torch/nn/module.h>
#include <torch/optim/adam.h>

/// Shared by the tests of the models.
namespace sciwright::models {

/// Fixed random numbers of mean 0 and variance 1.
inline torch::Tensor random_tensor(torch::IntArrayRef shape, std::uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  return torch::randn(shape, generator, torch::TensorOptions());
}

/// The losses (mean squared error) before each of `num_steps` Adam steps on one fixed batch, with
/// dropout off so that the loss is a function of the weights alone.
inline std::vector<double> losses_of_tiny_training(torch::nn::Module& model,
                                                   const std::function<torch::Tensor()>& forward,
                                                   const torch::Tensor& target, int num_steps) {
  model.eval();
  torch::optim::Adam adam(model.parameters(), torch::optim::AdamOptions(5e-3));
  std::vector<double> losses;
  for (int i = 0; i < num_steps; ++i) {
    adam.zero_grad();
    const torch::Tensor loss = (forward() - target).square().mean();
    loss.backward();
    adam.step();
    losses.push_back(loss.item<double>());
  }
  return losses;
}

}  // namespace sciwright::models
