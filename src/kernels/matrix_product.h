#pragma once

#include <torch/types.h>

/// Matrix products for float32 tensors on the CPU through oneDNN, which is quick whatever BLAS the
/// system's libtorch happens to be linked with. Other devices and types take libtorch's own
/// products. Letters: N stacked matrices, M rows, K summed, P columns.
namespace sciwright::kernels {

/// [N, M, P] = a [N, M, K] · b [N, K, P], differentiable.
torch::Tensor batched_product(const torch::Tensor& a, const torch::Tensor& b);

/// N affine layers at once: x [N, M, K] · kernel [N, K, P] + bias [N, 1, P] (or no bias),
/// differentiable. Costs a fraction of N separate layers.
torch::Tensor stacked_dense(const torch::Tensor& x, const torch::Tensor& kernel,
                            const torch::Tensor& bias = {});

/// One affine layer on the last axis: x [..., K] · kernel [K, P] + bias [P] (or no bias),
/// differentiable.
torch::Tensor dense(const torch::Tensor& x, const torch::Tensor& kernel,
                    const torch::Tensor& bias = {});

/// out += a [M, K] · b [K, P], or out = a · b. Not differentiable: for use inside autograd
/// functions. `out` must be contiguous along its last axis.
void multiply_into(const torch::Tensor& out, const torch::Tensor& a, const torch::Tensor& b,
                   bool accumulate);

}  // namespace sciwright::kernels
