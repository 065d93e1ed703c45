#include "train/fit.h"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include "base/error.h"
#include "base/files.h"
#include "train/loss.h"

namespace sciwright::train {
namespace {

/// y = 2x - 1 on 50 points.
class Line final : public BatchSource {
 public:
  std::int64_t num_samples() const override { return 50; }
  Batch batch(std::span<const std::uint32_t> samples) const override {
    torch::Tensor x = torch::empty({static_cast<std::int64_t>(samples.size()), 1});
    for (std::size_t i = 0; i < samples.size(); ++i) {
      x[static_cast<std::int64_t>(i)][0] = static_cast<float>(samples[i]) / 50.0F;
    }
    return {x, 2 * x - 1, {}};
  }
};

struct LineFit {
  torch::nn::Linear linear{1, 1};
  Line data;
  TemporaryDirectory folder;
  FitSettings settings;
  FitHooks hooks;

  LineFit() {
    torch::NoGradGuard no_grad;
    linear->weight.fill_(0.5);
    linear->bias.fill_(0);
    settings.epochs = 3;
    settings.batch_size = 8;
    settings.optimizer.learning_rate = 0.05;
    settings.folder = folder.path();
  }
  Network network() {
    return {*linear, [this](const Batch& b, std::uint64_t) {
              // Random numbers of the step, as a dropout would draw them.
              const torch::Tensor noise =
                  linear->is_training() ? 0.01 * torch::randn({1}) : torch::zeros({1});
              return squared_loss(linear->forward(b.input) + noise, b.target);
            }};
  }
  FitResult run() { return fit(network(), data, &data, settings, hooks); }
  std::vector<float> weights() {
    return {linear->weight.item<float>(), linear->bias.item<float>()};
  }
};

TEST(Fit, LowersTheLoss) {
  LineFit f;
  f.settings.epochs = 60;
  const FitResult r = f.run();
  EXPECT_EQ(r.history.size(), 60U);
  EXPECT_LT(*r.history.back().validation_loss, 0.01 * *r.history.front().validation_loss);
}

TEST(Fit, RepeatsItselfBitForBit) {
  LineFit a;
  LineFit b;
  a.run();
  b.run();
  EXPECT_EQ(a.weights(), b.weights());
}

TEST(Fit, DependsOnItsSeed) {
  LineFit a;
  LineFit b;
  b.settings.seed = 2;
  a.run();
  b.run();
  EXPECT_NE(a.weights(), b.weights());
}

TEST(Fit, ContinuesAfterAStopAnywhereAsIfNothingHadHappened) {
  LineFit whole;
  const FitResult expected = whole.run();
  for (int stop_after : {1, 7, 10}) {  // within epoch 1, at its end, within epoch 2
    LineFit f;
    int steps = 0;
    f.hooks.on_step = [&](std::int64_t, std::int64_t, double) { ++steps; };
    f.hooks.stop_requested = [&] { return steps == stop_after; };
    EXPECT_EQ(f.run().status, FitStatus::kStopped);
    {
      torch::NoGradGuard no_grad;
      f.linear->weight.fill_(9);  // all that counts must come from the file
    }
    f.hooks.stop_requested = {};
    f.settings.resume = true;
    const FitResult r = f.run();
    EXPECT_EQ(f.weights(), whole.weights()) << stop_after;
    ASSERT_EQ(r.history.size(), expected.history.size());
    for (std::size_t i = 0; i < r.history.size(); ++i) {
      EXPECT_EQ(r.history[i].train_loss, expected.history[i].train_loss);
      EXPECT_EQ(r.history[i].validation_loss, expected.history[i].validation_loss);
    }
  }
}

TEST(Fit, EndsWithTheBestWeightsAfterEarlyStopping) {
  LineFit f;
  f.settings.epochs = 50;
  f.settings.optimizer.learning_rate = 3;  // overshoots: the first epochs are the best
  f.settings.early_stopping.patience = 2;
  const FitResult r = f.run();
  EXPECT_EQ(r.status, FitStatus::kEarlyStopped);
  EXPECT_EQ(static_cast<int>(r.history.size()), r.best_epoch + 2);
  const auto best = static_cast<std::size_t>(r.best_epoch - 1);
  EXPECT_EQ(evaluate(f.network(), f.data, f.settings.evaluation_batch_size),
            *r.history[best].validation_loss);
}

TEST(Fit, TrainsOnAPartOfAnEpoch) {
  LineFit f;
  f.settings.epochs = 0.5;
  const FitResult r = f.run();
  EXPECT_EQ(r.num_steps, 4);  // half of seven steps, rounded
  EXPECT_EQ(r.history.front().num_samples, 32);
}

TEST(Fit, StopsAtANanLossAndKeepsGoodWeights) {
  LineFit f;
  int step = 0;
  Network network = f.network();
  const auto loss = network.loss;
  network.loss = [&, loss](const Batch& b, std::uint64_t seed) {
    torch::Tensor value = loss(b, seed);
    if (f.linear->is_training() && ++step == 10) value = value * std::nan("");
    return value;
  };
  const FitResult r = fit(network, f.data, &f.data, f.settings, f.hooks);
  EXPECT_EQ(r.status, FitStatus::kDiverged);
  EXPECT_EQ(r.message.substr(0, 41), "the loss became nan in epoch 2, step 3; a");
  EXPECT_EQ(evaluate(network, f.data, 256), *r.history.front().validation_loss);
}

TEST(Fit, StopsAtAnInfiniteGradientOfAFiniteLoss) {
  LineFit f;
  int step = 0;
  Network network = f.network();
  const auto loss = network.loss;
  network.loss = [&, loss](const Batch& b, std::uint64_t seed) {
    const torch::Tensor value = loss(b, seed);
    if (!f.linear->is_training() || ++step != 10) return value;
    return value + torch::sqrt(f.linear->weight.sum() * 0);  // 0, with an infinite slope
  };
  const FitResult r = fit(network, f.data, &f.data, f.settings, f.hooks);
  EXPECT_EQ(r.status, FitStatus::kDiverged);
  EXPECT_EQ(evaluate(network, f.data, 256), *r.history.front().validation_loss);
}

TEST(Fit, RefusesTheCheckpointOfAnotherFit) {
  LineFit f;
  f.settings.identity = "a";
  f.run();
  f.settings.identity = "b";
  f.settings.resume = true;
  EXPECT_THROW(f.run(), Error);
}

TEST(Fit, WritesItsHistory) {
  EXPECT_EQ(
      history_csv({{.epoch = 1,
                    .train_loss = 0.5,
                    .validation_loss = {},
                    .learning_rate = 0.1,
                    .num_samples = 8,
                    .train_s = 1,
                    .validation_s = 0,
                    .data_wait_s = 0.25}}),
      "epoch,train_loss,validation_loss,learning_rate,samples,train_s,validation_s,data_wait_s\n"
      "1,0.5,,0.1,8,1.000,0.000,0.250\n");
}

}  // namespace
}  // namespace sciwright::train
