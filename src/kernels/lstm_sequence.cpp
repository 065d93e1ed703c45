#include "kernels/lstm_sequence.h"

#include <torch/autograd.h>

#include "kernels/matrix_product.h"

namespace sciwright::kernels {
namespace {

using torch::Tensor;

// Klambauer et al. 2017, "Self-Normalizing Neural Networks".
constexpr double kSeluScale = 1.0507009873554805;
constexpr double kSeluAlpha = 1.6732632423543772;

void activate_(Tensor x, CellActivation activation) {
  if (activation == CellActivation::kTanh) {
    x.tanh_();
  } else {
    torch::selu_(x);
  }
}

/// gradient * f'(z), told from y = f(z): both activations allow that.
Tensor activation_backward(const Tensor& gradient, const Tensor& y, CellActivation activation) {
  if (activation == CellActivation::kTanh) return at::tanh_backward(gradient, y);
  return at::elu_backward(gradient, kSeluAlpha, kSeluScale, 1.0, /*is_result=*/true, y);
}

/// What a step leaves for the backward pass; [T, B, ...] each.
struct Trace {
  Tensor gates;      ///< [T, B, 4H] after their activations.
  Tensor cells;      ///< [T, B, H]
  Tensor activated;  ///< [T, B, H] activation of the cells.
  Tensor hidden;     ///< [T, B, H]
};

Tensor masked(const Tensor& hidden, const Tensor& mask) {
  return mask.defined() ? hidden * mask : hidden;
}

Trace run(const LstmInputs& in) {
  const std::int64_t num_steps = in.gates.size(0);
  const std::int64_t units = in.recurrent_kernel.size(0);
  Trace trace;
  trace.gates = in.gates.clone(at::MemoryFormat::Contiguous);
  trace.cells = torch::empty({num_steps, in.gates.size(1), units}, in.gates.options());
  trace.activated = torch::empty_like(trace.cells);
  trace.hidden = torch::empty_like(trace.cells);
  Tensor hidden = in.initial.hidden;
  Tensor cell = in.initial.cell;
  for (std::int64_t t = 0; t < num_steps; ++t) {
    const Tensor gates = trace.gates[t];
    multiply_into(gates, masked(hidden, in.recurrent_mask), in.recurrent_kernel,
                  /*accumulate=*/true);
    const Tensor input_forget = gates.narrow(1, 0, 2 * units);
    const Tensor candidate = gates.narrow(1, 2 * units, units);
    const Tensor output = gates.narrow(1, 3 * units, units);
    input_forget.sigmoid_();
    activate_(candidate, in.activation);
    output.sigmoid_();
    Tensor next_cell = trace.cells[t];
    at::mul_out(next_cell, input_forget.narrow(1, units, units), cell);
    next_cell.addcmul_(input_forget.narrow(1, 0, units), candidate);
    Tensor activated = trace.activated[t];
    activated.copy_(next_cell);
    activate_(activated, in.activation);
    hidden = trace.hidden[t];
    at::mul_out(hidden, output, activated);
    cell = next_cell;
  }
  return trace;
}

/// Gradients with respect to the gates before activation (filled into `gate_gradients`), step by
/// step backwards; returns those of the initial state.
LstmState run_backward(const LstmInputs& in, const Trace& trace, const Tensor& hidden_gradients,
                       LstmState next, const Tensor& gate_gradients) {
  const std::int64_t units = in.recurrent_kernel.size(0);
  const Tensor transposed = in.recurrent_kernel.t();
  for (std::int64_t t = trace.hidden.size(0) - 1; t >= 0; --t) {
    const auto gates = trace.gates[t].split(units, 1);
    auto out = gate_gradients[t].split(units, 1);
    const Tensor hidden = next.hidden + hidden_gradients[t];
    Tensor cell = activation_backward(hidden * gates[3], trace.activated[t], in.activation);
    cell.add_(next.cell);
    const Tensor previous = t > 0 ? trace.cells[t - 1] : in.initial.cell;
    at::sigmoid_backward_out(out[0], cell * gates[2], gates[0]);
    at::sigmoid_backward_out(out[1], cell * previous, gates[1]);
    out[2].copy_(activation_backward(cell * gates[0], gates[2], in.activation));
    at::sigmoid_backward_out(out[3], hidden * trace.activated[t], gates[3]);
    next.cell = cell.mul_(gates[1]);
    next.hidden = torch::empty_like(in.initial.hidden);
    multiply_into(next.hidden, gate_gradients[t], transposed, /*accumulate=*/false);
    if (in.recurrent_mask.defined()) next.hidden.mul_(in.recurrent_mask);
  }
  return next;
}

class LstmSequence final : public torch::autograd::Function<LstmSequence> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                const Tensor& gates, const Tensor& recurrent_kernel,
                                                const Tensor& hidden, const Tensor& cell,
                                                const c10::optional<Tensor>& mask,
                                                std::int64_t activation) {
    const LstmInputs inputs = {gates,
                               recurrent_kernel,
                               {hidden, cell},
                               mask.value_or(Tensor()),
                               static_cast<CellActivation>(activation)};
    const Trace trace = run(inputs);
    context->save_for_backward({recurrent_kernel, hidden, cell, inputs.recurrent_mask, trace.gates,
                                trace.cells, trace.activated, trace.hidden});
    context->saved_data["activation"] = activation;
    return {trace.hidden, trace.cells[-1].clone()};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto activation = static_cast<CellActivation>(context->saved_data["activation"].toInt());
    const LstmInputs in = {{}, saved[0], {saved[1], saved[2]}, saved[3], activation};
    const Trace trace = {saved[4], saved[5], saved[6], saved[7]};
    Tensor gate_gradients = torch::empty_like(trace.gates);
    const LstmState last = {torch::zeros_like(in.initial.hidden), gradients[1]};
    const LstmState first = run_backward(in, trace, gradients[0], last, gate_gradients);

    // The recurrent kernel's gradient in one product over all steps.
    const Tensor earlier = trace.hidden.slice(0, 0, -1);
    const Tensor entering =
        masked(torch::cat({in.initial.hidden.unsqueeze(0), earlier}), in.recurrent_mask);
    Tensor kernel_gradient = torch::empty_like(in.recurrent_kernel);
    multiply_into(kernel_gradient, entering.flatten(0, 1).t(), gate_gradients.flatten(0, 1),
                  /*accumulate=*/false);
    return {gate_gradients, kernel_gradient, first.hidden, first.cell, {}, {}};
  }
};

}  // namespace

LstmOutputs lstm_sequence(const LstmInputs& inputs) {
  const auto out = LstmSequence::apply(
      inputs.gates, inputs.recurrent_kernel, inputs.initial.hidden.contiguous(),
      inputs.initial.cell.contiguous(), c10::optional<Tensor>(inputs.recurrent_mask),
      static_cast<std::int64_t>(inputs.activation));
  return {out[0], {out[0][-1], out[1]}};
}

}  // namespace sciwright::kernels
