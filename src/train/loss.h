#pragma once

#include <string>
#include <vector>

#include <torch/types.h>

namespace sciwright::train {

/// Losses that leave out targets which are NaN (not observed): means over the others, 0 when there
/// is none. `output` and `target` have the same shape. All differentiable with respect to `output`.
torch::Tensor absolute_loss(const torch::Tensor& output, const torch::Tensor& target);
torch::Tensor squared_loss(const torch::Tensor& output, const torch::Tensor& target);

/// How many targets are not NaN: what these losses are means over.
double num_observed(const torch::Tensor& target);

/// Huber (1964): e²/2 for |e| ≤ δ, δ (|e| - δ/2) beyond.
torch::Tensor huber_loss(const torch::Tensor& output, const torch::Tensor& target, double delta);

/// Pinball loss: q·max(e, 0) + (1-q)·max(-e, 0), e = target - output, summed over the quantiles.
/// `output` has the quantiles as a last axis more than `target`.
torch::Tensor quantile_loss(const torch::Tensor& output, const torch::Tensor& target,
                            const std::vector<double>& quantiles);

/// Σ w e² / rows (spec earthquake 3.2): `weights` along the last axis; rows are all leading
/// elements.
torch::Tensor weighted_squared_loss(const torch::Tensor& output, const torch::Tensor& target,
                                    const torch::Tensor& weights);

/// The mean of w e², `weights` w of the shape of `target`. With w = 1 / (variance of the target at
/// its place + a floor) this is the loss of Kratzert et al. (2019), Hydrol. Earth Syst. Sci. 23,
/// 5089, eq. 1, under which places count alike in the mean Nash–Sutcliffe efficiency.
torch::Tensor nse_loss(const torch::Tensor& output, const torch::Tensor& target,
                       const torch::Tensor& weights);

/// Binary cross-entropy of logits x and labels y in [0, 1]: the mean of
/// -(y ln p + (1 - y) ln(1 - p)), p = 1 / (1 + e^-x), without overflow for large x (Keras's
/// binary_crossentropy with from_logits, PyTorch's BCEWithLogitsLoss).
torch::Tensor logistic_loss(const torch::Tensor& logits, const torch::Tensor& labels);

/// The same with a weight on the positive labels' term and p cut off at 1e-7 and 1 - 1e-7, beyond
/// which there is no gradient: the cloudmask reference's for several GPUs, there with weight 0.5
/// (spec cloudmask 3.2).
torch::Tensor weighted_logistic_loss(const torch::Tensor& logits, const torch::Tensor& labels,
                                     double positive_weight);

/// absolute, squared or Huber (δ = 0.01) by its name "mae", "mse", "huber". Throws a usage error
/// for others.
torch::Tensor named_loss(const std::string& name, const torch::Tensor& output,
                         const torch::Tensor& target);

}  // namespace sciwright::train
