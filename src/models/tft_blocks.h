#pragma once

#include <cstdint>
#include <memory>

#include "models/blocks.h"

/// The pieces of the temporal fusion transformer (Lim et al. 2021, Int. J. Forecasting 37:1748).
/// Letters: N layers of one kind computed at once from stacked weights, R rows (steps and samples,
/// time-major), H units, T steps, B samples.
namespace sciwright::models {

/// "GLU and add-norm": LayerNorm(skip + Dense(x') ⊙ sigmoid(Dense(x'))) with x' = dropout(x), N of
/// them. Normalisation epsilon 1e-3.
struct GateAddNorm final : torch::nn::Module {
  GateAddNorm(Initializer& weights, std::int64_t stack, std::int64_t in, std::int64_t out);

  /// x [N, R, in], skip [N, R, out] -> [N, R, out].
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& skip,
                        DropoutPass& dropout) const;

  torch::Tensor kernel;  ///< [N, in, 2 out]: value and gate side by side.
  torch::Tensor bias;    ///< [N, 1, 2 out]
  torch::Tensor gamma;   ///< [N, 1, out]
  torch::Tensor beta;    ///< [N, 1, out]
};

/// Gated residual networks: GateAddNorm(Dense(ELU(Dense(x) [+ Dense(context)])), x), N of them, H
/// units throughout. The context has a kernel without bias and is for N = 1 only.
struct GatedResidual final : torch::nn::Module {
  GatedResidual(Initializer& weights, std::int64_t stack, std::int64_t units, bool with_context);

  /// x [N or 1, R, H], context [B, H] or undefined -> [N, R, H].
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& context,
                        DropoutPass& dropout) const;

  torch::Tensor kernel;          ///< [N, H, H]
  torch::Tensor bias;            ///< [N, 1, H]
  torch::Tensor context_kernel;  ///< [H, H] or undefined
  torch::Tensor output_kernel;   ///< [N, H, H]
  torch::Tensor output_bias;     ///< [N, 1, H]
  std::shared_ptr<GateAddNorm> gate;
};

/// Variable selection: each of `num_inputs` scalars is embedded into H numbers and goes through its
/// own gated residual network; their sum is weighted by a softmax computed from all of them. The
/// embedding and the affine layer after it are multiplied out first, which saves 40 % of the work
/// and changes neither function nor gradients but for rounding.
struct VariableSelection final : torch::nn::Module {
  VariableSelection(Initializer& weights, std::int64_t num_inputs, std::int64_t units,
                    bool with_context);

  /// x [R, num_inputs], embedding [num_inputs, 2, H] (kernel and bias row of each input), context
  /// [B, H] or undefined -> [R, H].
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& embedding,
                        const torch::Tensor& context, DropoutPass& dropout) const;

  torch::Tensor flat_kernel;       ///< [num_inputs, H, H]
  torch::Tensor flat_bias;         ///< [H]
  torch::Tensor flat_skip_kernel;  ///< [num_inputs, H, num_inputs]
  torch::Tensor flat_skip_bias;    ///< [num_inputs]
  torch::Tensor context_kernel;    ///< [H, H] or undefined
  std::shared_ptr<Dense> flat_hidden;
  std::shared_ptr<GateAddNorm> flat_gate;
  std::shared_ptr<GatedResidual> variables;

 private:
  torch::Tensor selection_weights(const torch::Tensor& x, const torch::Tensor& embedding,
                                  const torch::Tensor& context, DropoutPass& dropout) const;
};

/// Interpretable multi-head attention: the heads share their values, their outputs are averaged. A
/// query sees its own step and the earlier ones. No biases.
struct InterpretableAttention final : torch::nn::Module {
  InterpretableAttention(Initializer& weights, std::int64_t units, std::int64_t num_heads);

  /// x [T, B, H] -> [num_queries, B, H] for the last `num_queries` steps.
  torch::Tensor forward(const torch::Tensor& x, std::int64_t num_queries,
                        DropoutPass& dropout) const;

  std::int64_t num_heads;
  torch::Tensor query_kernel;   ///< [H, H]
  torch::Tensor key_kernel;     ///< [H, H]
  torch::Tensor value_kernel;   ///< [H, H / heads]
  torch::Tensor output_kernel;  ///< [H / heads, H]
};

/// What follows attention: gate with the enriched features, a position-wise gated residual network,
/// gate with the temporal features.
struct FinalBlock final : torch::nn::Module {
  FinalBlock(Initializer& weights, std::int64_t units);

  /// The gated attention output and the decoded features, [1, R, H] each.
  struct Output {
    torch::Tensor gated;
    torch::Tensor decoded;
  };
  Output forward(const torch::Tensor& attended, const torch::Tensor& enriched,
                 const torch::Tensor& temporal, DropoutPass& dropout) const;

  std::shared_ptr<GateAddNorm> attention_gate;
  std::shared_ptr<GatedResidual> position_wise;
  std::shared_ptr<GateAddNorm> output_gate;
};

}  // namespace sciwright::models
