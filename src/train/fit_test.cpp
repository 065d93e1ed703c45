#include "train/fit.h"

#include <cmath>
#include <numeric>

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
  int num_training_steps = 0;

  LineFit() {
    torch::NoGradGuard no_grad;
    linear->weight.fill_(0.5);
    linear->bias.fill_(0);
    settings.epochs = 3;
    settings.batch_size = 8;
    settings.evaluation_batch_size = 16;
    settings.optimizer.learning_rate = 0.05;
    settings.folder = folder.path();
  }
  Network network() {
    return {*linear, [this](const Batch& b, std::uint64_t) {
              if (linear->is_training()) ++num_training_steps;
              // Random numbers of the step, as a dropout would draw them.
              const torch::Tensor noise =
                  linear->is_training() ? 0.01 * torch::randn({1}) : torch::zeros({1});
              return squared_loss(linear->forward(b.input) + noise, b.target);
            }};
  }
  FitResult run() { return fit(network(), data, &data, settings, hooks); }
  double evaluated_loss(const Network& of) const {
    return evaluate(of, data, {settings.evaluation_batch_size})->loss;
  }
  std::vector<float> weights() {
    return {linear->weight.item<float>(), linear->bias.item<float>()};
  }
};

/// history.csv without what depends on the clock.
std::string timeless_history(FitResult result) {
  for (EpochRecord& record : result.history) {
    record.train_s = record.validation_s = record.data_wait_s = 0;
  }
  return history_csv(result.history);
}

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
  int num_polls = 0;
  whole.hooks.stop_requested = [&] { return ++num_polls < 0; };
  const std::string expected = timeless_history(whole.run());
  ASSERT_EQ(num_polls, 3 * (7 + 3));  // each epoch: seven steps, between four validation batches
  for (int stop_at = 1; stop_at <= num_polls; ++stop_at) {
    LineFit f;
    int polls = 0;
    f.hooks.stop_requested = [&] { return ++polls == stop_at; };
    ASSERT_EQ(f.run().status, FitStatus::kStopped);
    {
      torch::NoGradGuard no_grad;
      f.linear->weight.fill_(9);  // all that counts must come from the file
    }
    f.settings.resume = true;
    EXPECT_EQ(timeless_history(f.run()), expected) << stop_at;
    EXPECT_EQ(f.weights(), whole.weights()) << stop_at;
    EXPECT_EQ(f.num_training_steps, whole.num_training_steps) << stop_at;
  }
}

TEST(Fit, ContinuesAfterAValidationLossThatIsNoNumber) {
  LineFit f;
  Network network = f.network();
  const auto loss = network.loss;
  network.loss = [&, loss](const Batch& b, std::uint64_t seed) {
    return f.linear->is_training() ? loss(b, seed) : torch::full({}, std::nan(""));
  };
  f.hooks.stop_requested = [&] { return f.num_training_steps == 10; };  // within epoch 2
  ASSERT_EQ(fit(network, f.data, &f.data, f.settings, f.hooks).status, FitStatus::kStopped);
  f.hooks.stop_requested = {};
  f.settings.resume = true;
  const FitResult r = fit(network, f.data, &f.data, f.settings, f.hooks);
  EXPECT_EQ(r.best_epoch, 0);
  EXPECT_TRUE(std::isnan(r.history.front().validation_loss.value()));
}

TEST(Fit, GoesWithoutValidationWhereThereIsNoSample) {
  class Nothing final : public BatchSource {
    std::int64_t num_samples() const override { return 0; }
    Batch batch(std::span<const std::uint32_t>) const override { return {}; }
  };
  LineFit f;
  const Nothing nothing;
  const FitResult r = fit(f.network(), f.data, &nothing, f.settings, f.hooks);
  EXPECT_FALSE(r.history.front().validation_loss.has_value());
  EXPECT_GT(r.best_epoch, 0);
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
  EXPECT_EQ(f.evaluated_loss(f.network()), *r.history[best].validation_loss);
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
  EXPECT_EQ(f.evaluated_loss(network), *r.history.front().validation_loss);
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
  EXPECT_EQ(f.evaluated_loss(network), *r.history.front().validation_loss);
}

TEST(Fit, RefusesTheCheckpointOfAnotherFit) {
  LineFit f;
  f.settings.identity = "a";
  f.run();
  f.settings.identity = "b";
  f.settings.resume = true;
  EXPECT_THROW(f.run(), Error);
}

TEST(Fit, GivesTheSameWeightsWhenBatchesAreReadAhead) {
  LineFit a;
  LineFit b;
  b.settings.num_ahead = 3;
  EXPECT_EQ(timeless_history(a.run()), timeless_history(b.run()));
  EXPECT_EQ(a.weights(), b.weights());
}

TEST(Fit, TakesTheOrderItIsGiven) {
  LineFit f;
  std::vector<int> epochs;
  std::vector<std::uint32_t> backwards(50);
  std::iota(backwards.rbegin(), backwards.rend(), 0U);
  f.settings.order = [&](int epoch) {
    epochs.push_back(epoch);
    return backwards;
  };
  Network network = f.network();
  float first = -1;
  const auto loss = network.loss;
  network.loss = [&, loss](const Batch& b, std::uint64_t seed) {
    if (first < 0) first = b.input[0].item<float>();
    return loss(b, seed);
  };
  fit(network, f.data, nullptr, f.settings, f.hooks);
  EXPECT_EQ(epochs, (std::vector{0, 1, 2}));
  EXPECT_FLOAT_EQ(first, 49.0F / 50);
}

TEST(Fit, CountsWhatWasRight) {
  LineFit f;
  Network network = f.network();
  const auto loss = network.loss;
  Hits hits;
  network.loss = [&, loss](const Batch& b, std::uint64_t seed) {
    hits = {b.input.gt(0.495).sum().item<double>(), static_cast<double>(b.input.size(0))};
    return loss(b, seed);
  };
  network.hits = [&] { return hits; };
  const FitResult r = fit(network, f.data, &f.data, f.settings, f.hooks);
  EXPECT_DOUBLE_EQ(r.history.back().train_accuracy.value(), 0.5);
  EXPECT_DOUBLE_EQ(r.history.back().validation_accuracy.value(), 0.5);
}

TEST(Fit, KeepsTheWeightsOfEveryEpoch) {
  LineFit f;
  f.settings.keep_epochs = true;
  const FitResult r = f.run();
  const auto last = f.weights();
  load_fitted_weights(*f.linear, epoch_path(f.folder.path(), 1));
  EXPECT_EQ(f.evaluated_loss(f.network()), *r.history[0].validation_loss);
  load_fitted_weights(*f.linear, epoch_path(f.folder.path(), 3));
  EXPECT_EQ(f.weights(), last);
}

TEST(Fit, WritesItsHistory) {
  EXPECT_EQ(
      history_csv({{.epoch = 1,
                    .train_loss = 0.5,
                    .validation_loss = {},
                    .train_accuracy = 0.75,
                    .learning_rate = 0.1,
                    .num_samples = 8,
                    .train_s = 1,
                    .validation_s = 0,
                    .data_wait_s = 0.25}}),
      "epoch,train_loss,validation_loss,learning_rate,samples,train_s,validation_s,data_wait_s,"
      "train_accuracy,validation_accuracy\n"
      "1,0.5,,0.1,8,1.000,0.000,0.250,0.75,\n");
}

}  // namespace
}  // namespace sciwright::train
