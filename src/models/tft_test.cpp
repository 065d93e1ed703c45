#include "models/tft.h"

#include <limits>

#include <gtest/gtest.h>

#include "models/tiny_training.h"

namespace sciwright::models {
namespace {

using torch::Tensor;

TftSettings small() {
  TftSettings settings;
  settings.layout = {.static_columns = {0},
                     .target_columns = {1, 2},
                     .unknown_columns = {3},
                     .known_columns = {4, 5}};
  settings.num_encoder_steps = 5;
  settings.num_decoder_steps = 3;
  settings.hidden = 8;
  settings.num_heads = 2;
  return settings;
}

Tensor small_input(std::int64_t batch) { return random_tensor({batch, 8, 6}, 1); }

/// Spec 3.1: closed forms of the number of weights in H units, K heads, inputs and targets.
std::int64_t weights_by_formula(const TftSettings& s) {
  const std::int64_t h = s.hidden;
  const auto num_static = static_cast<std::int64_t>(s.layout.static_columns.size());
  const auto num_known = static_cast<std::int64_t>(s.layout.known_columns.size());
  const auto num_targets = static_cast<std::int64_t>(s.layout.target_columns.size());
  const auto num_history =
      num_known + num_targets + static_cast<std::int64_t>(s.layout.unknown_columns.size());
  const auto selection = [&](std::int64_t n, bool context) {
    return n * n * h + 5 * n * h * h + 8 * n * h + 5 * n + h * h + 2 * h + (context ? h * h : 0);
  };
  const std::int64_t gate = 2 * h * h + 4 * h;
  const std::int64_t residual_network = 4 * h * h + 6 * h;
  const std::int64_t blocks = s.head == TftHead::kChained ? num_targets : 1;
  return 2 * h * (num_static + num_history) + selection(num_static, false) + 4 * residual_network +
         selection(num_history, true) + selection(num_known, true) +
         2 * s.num_lstm_layers * (8 * h * h + 8 * h) + gate + residual_network + h * h + 2 * h * h +
         2 * h * h / s.num_heads + blocks * (8 * h * h + 14 * h) +
         (h + 1) * num_targets * s.num_quantiles;
}

TEST(Tft, HasTheWeightsOfTheReference) { EXPECT_EQ(num_weights(Tft({}, 1)), 8'005'334); }

TEST(Tft, HasTheWeightsOfTheReferenceWithoutRowNumbers) {
  EXPECT_EQ(num_weights(Tft({.layout = tft_features27_layout()}, 1)), 7'868'209);
}

TEST(Tft, HasTheWeightsOfThePapersForm) {
  EXPECT_EQ(num_weights(Tft({.layout = tft_paper_layout()}, 1)), 7'728'844);
}

TEST(Tft, HasTheWeightsOfTheFormulaForOtherSizes) {
  for (const std::int64_t heads : {1, 2, 4}) {
    for (const TftHead head : {TftHead::kChained, TftHead::kStandard}) {
      for (const std::int64_t quantiles : {1, 3}) {
        TftSettings settings = small();
        settings.hidden = 4 * heads;
        settings.num_heads = heads;
        settings.num_lstm_layers = heads;
        settings.head = head;
        settings.num_quantiles = quantiles;
        EXPECT_EQ(num_weights(Tft(settings, 1)), weights_by_formula(settings));
      }
    }
  }
}

TEST(Tft, ForecastsEachTargetAtEachDecoderStep) {
  Tft model({}, 1);
  const torch::NoGradGuard no_gradients;
  EXPECT_EQ(model.forward(random_tensor({2, 52, 28}, 1)).sizes(), torch::IntArrayRef({2, 26, 4}));
}

TEST(Tft, ForecastsQuantiles) {
  TftSettings settings = small();
  settings.num_quantiles = 3;
  EXPECT_EQ(Tft(settings, 1).forward(small_input(4)).sizes(), torch::IntArrayRef({4, 3, 2, 3}));
  settings.head = TftHead::kStandard;
  EXPECT_EQ(Tft(settings, 1).forward(small_input(4)).sizes(), torch::IntArrayRef({4, 3, 2, 3}));
}

TEST(Tft, SeesNothingOfTheFutureButKnownInputs) {
  Tft model(small(), 1);
  model.eval();
  const Tensor input = small_input(4);
  Tensor changed = input.clone();
  changed.slice(1, 5).slice(2, 0, 4).fill_(std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(torch::equal(model.forward(changed), model.forward(input)));
}

TEST(Tft, WithOneLstmLayerSeesNoLaterKnownInputEither) {
  // With two, the second starts from the first one's last state (as in the reference), which has
  // seen all known inputs.
  TftSettings settings = small();
  settings.num_lstm_layers = 1;
  Tft model(settings, 1);
  model.eval();
  const Tensor input = small_input(4);
  Tensor changed = input.clone();
  changed.slice(1, 7).slice(2, 4).add_(1);
  const Tensor difference = (model.forward(changed) - model.forward(input)).abs();
  EXPECT_EQ(difference.slice(1, 0, 2).max().item<double>(), 0);
  EXPECT_GT(difference.slice(1, 2).min().item<double>(), 0);
}

TEST(Tft, UsesEveryInputOfTheEncoder) {
  Tft model(small(), 1);
  model.eval();
  const Tensor input = small_input(3).requires_grad_();
  model.forward(input).sum().backward();
  const Tensor used = input.grad().abs().sum(0) > 0;  // [steps, columns]
  EXPECT_TRUE(used.slice(0, 0, 5).slice(1, 1).all().item<bool>());
  EXPECT_TRUE(used[0][0].item<bool>());
  EXPECT_TRUE(used.slice(0, 5).slice(1, 4).all().item<bool>());
}

TEST(Tft, KeepsSamplesApart) {
  Tft model(small(), 1);
  model.eval();
  const Tensor input = small_input(3);
  EXPECT_TRUE(
      torch::allclose(model.forward(input)[1], model.forward(input.slice(0, 1, 2))[0], 1e-4, 1e-6));
}

TEST(Tft, RepeatsWeightsAndPassesWithTheirSeeds) {
  const Tft model(small(), 1);
  const Tft twin(small(), 1);
  const Tft other(small(), 2);
  const Tensor input = small_input(4);
  EXPECT_TRUE(torch::equal(model.forward(input, 5), twin.forward(input, 5)));
  EXPECT_FALSE(torch::equal(model.forward(input, 5), model.forward(input, 6)));
  EXPECT_FALSE(torch::equal(model.forward(input, 5), other.forward(input, 5)));
}

TEST(Tft, StartsAtZeroWhereItIsToCorrectAnotherForecast) {
  TftSettings settings = small();
  settings.zero_output = true;
  EXPECT_TRUE(torch::equal(Tft(settings, 1).forward(small_input(4)), torch::zeros({4, 3, 2})));
}

TEST(Tft, LearnsATinyFixedSet) {
  for (const TftHead head : {TftHead::kChained, TftHead::kStandard}) {
    TftSettings settings = small();
    settings.head = head;
    Tft model(settings, 1);
    const Tensor input = small_input(4);
    const auto losses = losses_of_tiny_training(
        model, [&] { return model.forward(input); }, random_tensor({4, 3, 2}, 3), 100);
    EXPECT_LT(losses.back(), 0.1 * losses.front());
  }
}

TEST(Tft, ListsEverythingWrongWithItsSettings) {
  TftSettings settings = small();
  settings.layout.known_columns.clear();
  settings.num_heads = 3;
  settings.dropout = 1;
  EXPECT_EQ(problems(settings),
            (Problems{"known columns is 0, must be at least 1",
                      "hidden is 8, must be a multiple of the number of heads, 3",
                      "dropout is 1, must be at least 0 and below 1"}));
  EXPECT_THROW(Tft(settings, 1), Error);
}

}  // namespace
}  // namespace sciwright::models
