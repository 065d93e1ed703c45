#pragma once

#include <torch/types.h>

namespace sciwright::kernels {

/// What an LSTM applies to its candidate and to its cell state on output.
enum class CellActivation { kTanh, kSelu };

/// State of an LSTM layer between steps, each [B, H]: B samples, H units.
struct LstmState {
  torch::Tensor hidden;
  torch::Tensor cell;
};

/// One LSTM layer with everything done that does not depend on the step before.
struct LstmInputs {
  torch::Tensor gates;             ///< [T, B, 4H] x·W + b of all T steps, gates in Keras's order
                                   ///< input, forget, candidate, output.
  torch::Tensor recurrent_kernel;  ///< [H, 4H]
  LstmState initial;
  torch::Tensor recurrent_mask;  ///< [B, H] factor on the hidden state entering each step (Keras's
                                 ///< recurrent dropout), or undefined. Gets no gradient.
  CellActivation activation = CellActivation::kTanh;
};

struct LstmOutputs {
  torch::Tensor sequence;  ///< [T, B, H] hidden states of all steps.
  LstmState last;
};

/// Hochreiter and Schmidhuber's LSTM with forget gates over a whole sequence, as one differentiable
/// operation: the backward pass is written out, so that neither direction pays for recording small
/// operations at each step. Sigmoid recurrent activation.
LstmOutputs lstm_sequence(const LstmInputs& inputs);

}  // namespace sciwright::kernels
