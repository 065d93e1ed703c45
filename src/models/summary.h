#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <torch/nn/module.h>

namespace sciwright::models {

/// One part of a model: a name that its forward pass gives, with the weights of the modules and
/// parameters whose names begin with it.
struct PartSummary {
  std::string name;
  std::int64_t num_weights = 0;
  std::int64_t num_products = 0;  ///< Multiply-adds of its matrix products and
                                  ///< convolutions in one forward pass.
};

/// Counts weights and work: calls `forward` once, without gradients, and observes the matrix
/// products and convolutions that run, so folded and skipped work is not counted. Element-wise work
/// is not counted either. Parts in the order of their first product, then parts without any, in
/// order of registration.
std::vector<PartSummary> summarize(const torch::nn::Module& model,
                                   const std::function<void()>& forward);

/// The table of `--summary`: parts, weights, MMAC and MFLOP per sample (a multiply-add is two),
/// and their sums.
std::string summary_table(const std::vector<PartSummary>& parts, std::int64_t num_samples);

}  // namespace sciwright::models
