#include "models/tft_blocks.h"

#include <cmath>
#include <limits>

#include <torch/nn/functional/activation.h>

#include "kernels/matrix_product.h"

namespace sciwright::models {
namespace {

using kernels::batched_product;
using kernels::stacked_dense;
using torch::Tensor;

constexpr double kNormEpsilon = 1e-3;

/// Adds a context [B, H] to rows [1, T·B, H].
Tensor add_to_rows(const Tensor& rows, const Tensor& context) {
  return (rows.view({-1, context.size(0), context.size(1)}) + context).view_as(rows);
}

}  // namespace

GateAddNorm::GateAddNorm(Initializer& weights, std::int64_t stack, std::int64_t in,
                         std::int64_t out)
    : kernel(register_parameter("kernel", weights.glorot_uniform({stack, in, 2 * out}, in, out))),
      bias(register_parameter("bias", torch::zeros({stack, 1, 2 * out}))),
      gamma(register_parameter("gamma", torch::ones({stack, 1, out}))),
      beta(register_parameter("beta", torch::zeros({stack, 1, out}))) {}

Tensor GateAddNorm::forward(const Tensor& x, const Tensor& skip, DropoutPass& dropout) const {
  const Tensor gated = torch::glu(stacked_dense(dropout(x), kernel, bias), -1);
  const std::int64_t out = gamma.size(-1);
  if (gamma.size(0) == 1) {
    return torch::layer_norm(skip + gated, {out}, gamma.view({out}), beta.view({out}),
                             kNormEpsilon);
  }
  return torch::addcmul(beta, torch::layer_norm(skip + gated, {out}, {}, {}, kNormEpsilon), gamma);
}

GatedResidual::GatedResidual(Initializer& weights, std::int64_t stack, std::int64_t units,
                             bool with_context)
    : kernel(register_parameter("kernel",
                                weights.glorot_uniform({stack, units, units}, units, units))),
      bias(register_parameter("bias", torch::zeros({stack, 1, units}))),
      output_kernel(register_parameter(
          "output_kernel", weights.glorot_uniform({stack, units, units}, units, units))),
      output_bias(register_parameter("output_bias", torch::zeros({stack, 1, units}))),
      gate(register_module("gate", std::make_shared<GateAddNorm>(weights, stack, units, units))) {
  if (with_context) {
    context_kernel =
        register_parameter("context_kernel", weights.glorot_uniform({units, units}, units, units));
  }
}

Tensor GatedResidual::forward(const Tensor& x, const Tensor& context, DropoutPass& dropout) const {
  const Tensor input = x.expand({kernel.size(0), -1, -1});
  Tensor hidden = stacked_dense(input, kernel, bias);
  if (context.defined()) hidden = add_to_rows(hidden, kernels::dense(context, context_kernel));
  hidden = stacked_dense(torch::elu(hidden), output_kernel, output_bias);
  return gate->forward(hidden, input, dropout);
}

VariableSelection::VariableSelection(Initializer& weights, std::int64_t num_inputs,
                                     std::int64_t units, bool with_context) {
  const std::int64_t flat = num_inputs * units;
  flat_kernel = register_parameter("flat_kernel",
                                   weights.glorot_uniform({num_inputs, units, units}, flat, units));
  flat_bias = register_parameter("flat_bias", torch::zeros({units}));
  flat_skip_kernel =
      register_parameter("flat_skip_kernel",
                         weights.glorot_uniform({num_inputs, units, num_inputs}, flat, num_inputs));
  flat_skip_bias = register_parameter("flat_skip_bias", torch::zeros({num_inputs}));
  if (with_context) {
    context_kernel =
        register_parameter("context_kernel", weights.glorot_uniform({units, units}, units, units));
  }
  flat_hidden = register_module("flat_hidden", std::make_shared<Dense>(weights, units, units));
  flat_gate =
      register_module("flat_gate", std::make_shared<GateAddNorm>(weights, 1, units, num_inputs));
  variables = register_module("variables",
                              std::make_shared<GatedResidual>(weights, num_inputs, units, false));
}

Tensor VariableSelection::selection_weights(const Tensor& x, const Tensor& embedding,
                                            const Tensor& context, DropoutPass& dropout) const {
  // x_i (e_i · W_i) + (b_i · W_i), summed over the inputs i: one small affine layer.
  const auto affine = [&](const Tensor& kernel, const Tensor& bias) {
    const Tensor folded = batched_product(embedding, kernel);
    return kernels::dense(x, folded.select(1, 0), folded.select(1, 1).sum(0) + bias).unsqueeze(0);
  };
  Tensor hidden = affine(flat_kernel, flat_bias);
  if (context.defined()) hidden = add_to_rows(hidden, kernels::dense(context, context_kernel));
  hidden = flat_hidden->forward(torch::elu(hidden));
  const Tensor skip = affine(flat_skip_kernel, flat_skip_bias);
  return torch::softmax(flat_gate->forward(hidden, skip, dropout)[0], -1);
}

Tensor VariableSelection::forward(const Tensor& x, const Tensor& embedding, const Tensor& context,
                                  DropoutPass& dropout) const {
  const Tensor values = x.t();
  const Tensor rows = torch::stack({values, torch::ones_like(values)}, 2);
  const Tensor folded = batched_product(embedding, variables->kernel);
  const Tensor folded_with_bias =
      torch::cat({folded.narrow(1, 0, 1), folded.narrow(1, 1, 1) + variables->bias}, 1);
  Tensor hidden = torch::elu(batched_product(rows, folded_with_bias));
  hidden = stacked_dense(hidden, variables->output_kernel, variables->output_bias);
  const Tensor transformed =
      variables->gate->forward(hidden, batched_product(rows, embedding), dropout);
  const Tensor weight = selection_weights(x, embedding, context, dropout);
  return (transformed * weight.t().unsqueeze(2)).sum(0);
}

InterpretableAttention::InterpretableAttention(Initializer& weights, std::int64_t units,
                                               std::int64_t heads)
    : num_heads(heads) {
  const std::int64_t size = units / heads;
  // Glorot's fans are those of one head, as the reference has a layer for each.
  query_kernel =
      register_parameter("query_kernel", weights.glorot_uniform({units, units}, units, size));
  key_kernel =
      register_parameter("key_kernel", weights.glorot_uniform({units, units}, units, size));
  value_kernel =
      register_parameter("value_kernel", weights.glorot_uniform({units, size}, units, size));
  output_kernel =
      register_parameter("output_kernel", weights.glorot_uniform({size, units}, size, units));
}

Tensor InterpretableAttention::forward(const Tensor& x, std::int64_t num_queries,
                                       DropoutPass& dropout) const {
  const std::int64_t steps = x.size(0);
  const std::int64_t batch = x.size(1);
  const std::int64_t size = value_kernel.size(1);
  // [steps, B, heads * size] -> [B * heads, steps, size]
  const auto by_head = [&](const Tensor& t) {
    return t.view({t.size(0), batch, num_heads, size})
        .permute({1, 2, 0, 3})
        .reshape({batch * num_heads, t.size(0), size});
  };
  const Tensor queries = by_head(kernels::dense(x.slice(0, steps - num_queries), query_kernel));
  const Tensor keys = by_head(kernels::dense(x, key_kernel));
  const Tensor values = kernels::dense(x, value_kernel).transpose(0, 1);

  const Tensor later =
      torch::full({num_queries, steps}, -std::numeric_limits<float>::infinity(), x.options())
          .triu_(steps - num_queries + 1);
  const Tensor scores = batched_product(queries, keys.transpose(1, 2));
  const Tensor weights = torch::softmax(scores / std::sqrt(static_cast<double>(size)) + later, -1);
  const Tensor heads =
      dropout(batched_product(weights.view({batch, num_heads * num_queries, steps}), values));
  const Tensor mean = heads.view({batch, num_heads, num_queries, size}).mean(1);
  return dropout(kernels::dense(mean, output_kernel)).transpose(0, 1);
}

FinalBlock::FinalBlock(Initializer& weights, std::int64_t units)
    : attention_gate(register_module("attention_gate",
                                     std::make_shared<GateAddNorm>(weights, 1, units, units))),
      position_wise(register_module("position_wise",
                                    std::make_shared<GatedResidual>(weights, 1, units, false))),
      output_gate(register_module("output_gate",
                                  std::make_shared<GateAddNorm>(weights, 1, units, units))) {}

FinalBlock::Output FinalBlock::forward(const Tensor& attended, const Tensor& enriched,
                                       const Tensor& temporal, DropoutPass& dropout) const {
  const Tensor gated = attention_gate->forward(attended, enriched, dropout);
  const Tensor decoded = position_wise->forward(gated, {}, dropout);
  return {gated, output_gate->forward(decoded, temporal, dropout)};
}

}  // namespace sciwright::models
