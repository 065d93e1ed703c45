#include "kernels/lstm_sequence.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "kernels/dropout.h"

namespace sciwright::kernels {
namespace {

using torch::Tensor;

constexpr std::int64_t kSteps = 5;
constexpr std::int64_t kBatch = 3;
constexpr std::int64_t kUnits = 4;

Tensor random(std::vector<std::int64_t> shape, std::uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  return torch::randn(shape, generator, torch::TensorOptions());
}

LstmInputs example(CellActivation activation, bool with_mask) {
  LstmInputs in;
  in.gates = random({kSteps, kBatch, 4 * kUnits}, 1).requires_grad_();
  in.recurrent_kernel = (0.5 * random({kUnits, 4 * kUnits}, 2)).requires_grad_();
  in.initial = {random({kBatch, kUnits}, 3).requires_grad_(),
                random({kBatch, kUnits}, 4).requires_grad_()};
  if (with_mask) in.recurrent_mask = dropout_mask({kBatch, kUnits}, 0.4, 5);
  in.activation = activation;
  return in;
}

/// The textbook form, a step at a time, with autograd recording every operation.
LstmOutputs textbook(const LstmInputs& in) {
  const auto act = [&](const Tensor& z) {
    return in.activation == CellActivation::kTanh ? torch::tanh(z) : torch::selu(z);
  };
  std::vector<Tensor> sequence;
  LstmState state = in.initial;
  for (std::int64_t t = 0; t < kSteps; ++t) {
    const Tensor entering =
        in.recurrent_mask.defined() ? state.hidden * in.recurrent_mask : state.hidden;
    const auto z = (in.gates[t] + torch::mm(entering, in.recurrent_kernel)).split(kUnits, 1);
    state.cell = torch::sigmoid(z[1]) * state.cell + torch::sigmoid(z[0]) * act(z[2]);
    state.hidden = torch::sigmoid(z[3]) * act(state.cell);
    sequence.push_back(state.hidden);
  }
  return {torch::stack(sequence), state};
}

Tensor weighted_sum(const LstmOutputs& out) {
  return (out.sequence * random({kSteps, kBatch, kUnits}, 6)).sum() +
         (out.last.hidden * random({kBatch, kUnits}, 7)).sum() +
         (out.last.cell * random({kBatch, kUnits}, 8)).sum();
}

/// Float32 rounding of a five-step recurrence.
void expect_close(const Tensor& found, const Tensor& expected) {
  EXPECT_TRUE(torch::allclose(found, expected, 1e-4, 1e-5))
      << "largest difference " << (found - expected).abs().max();
}

void expect_like_textbook(const LstmInputs& in) {
  const LstmOutputs found = lstm_sequence(in);
  const LstmOutputs expected = textbook(in);
  expect_close(found.sequence, expected.sequence);
  expect_close(found.last.hidden, expected.last.hidden);
  expect_close(found.last.cell, expected.last.cell);
  const std::vector<Tensor> inputs = {in.gates, in.recurrent_kernel, in.initial.hidden,
                                      in.initial.cell};
  const auto found_gradients = torch::autograd::grad({weighted_sum(found)}, inputs);
  const auto expected_gradients = torch::autograd::grad({weighted_sum(expected)}, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    expect_close(found_gradients[i], expected_gradients[i]);
  }
}

TEST(LstmSequence, EqualsTheTextbookCellWithTanh) {
  expect_like_textbook(example(CellActivation::kTanh, /*with_mask=*/false));
}

TEST(LstmSequence, EqualsTheTextbookCellWithSelu) {
  expect_like_textbook(example(CellActivation::kSelu, /*with_mask=*/false));
}

TEST(LstmSequence, EqualsTheTextbookCellWithRecurrentDropout) {
  expect_like_textbook(example(CellActivation::kSelu, /*with_mask=*/true));
}

TEST(LstmSequence, WorksWithoutGradients) {
  const torch::NoGradGuard no_gradients;
  const LstmInputs in = example(CellActivation::kTanh, /*with_mask=*/false);
  expect_close(lstm_sequence(in).sequence, textbook(in).sequence);
}

}  // namespace
}  // namespace sciwright::kernels
