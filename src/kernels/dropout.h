#pragma once

#include <cstdint>

#include <torch/types.h>

namespace sciwright::kernels {

/// Inverted dropout, differentiable: every element of a float32 tensor is zeroed with probability
/// `rate` (0 to below 1, in steps of 1/65536) and the others are scaled so that the mean stays. The
/// mask is a function of `seed` and the element's index alone (Philox4x32-7, Salmon et al. 2011):
/// the same on every device and for every thread count, and cheap enough to be made again in the
/// backward pass instead of kept.
torch::Tensor drop_elements(const torch::Tensor& x, double rate, std::uint64_t seed);

/// The scaled mask itself, on the CPU: what drop_elements() multiplies a tensor of this shape with.
torch::Tensor dropout_mask(torch::IntArrayRef shape, double rate, std::uint64_t seed);

}  // namespace sciwright::kernels
