#include "models/unet.h"

#include <gtest/gtest.h>

#include "models/blocks.h"
#include "models/summary.h"
#include "models/tiny_training.h"

namespace sciwright::models {
namespace {

UnetSettings small() { return {.num_channels = 3, .width = 4}; }

TEST(Unet, HasTheReferencesWeights) { EXPECT_EQ(num_weights(Unet({}, 1)), 1'948'609); }

TEST(Unet, HasTheReferencesWeightsInEveryStage) {
  const Unet network({}, 1);
  std::vector<std::int64_t> counts;
  for (const Convolution* layer : network.convolutions()) counts.push_back(num_weights(*layer));
  const std::vector<std::int64_t> expected = {2'624,   9'248,   18'496,  36'928,  73'856,
                                              147'584, 295'168, 590'080, 442'496, 147'584,
                                              110'656, 36'928,  27'680,  9'248,   33};
  EXPECT_EQ(counts, expected);
}

TEST(Unet, GivesOneLogitForEveryPixel) {
  const Unet network(small(), 1);
  const torch::Tensor logits = network.forward(random_tensor({2, 3, 16, 24}, 1));
  EXPECT_EQ(logits.sizes(), torch::IntArrayRef({2, 1, 16, 24}));
  EXPECT_EQ(logits.scalar_type(), torch::kFloat32);
}

TEST(Unet, RefusesImagesThatItCannotHalveThreeTimes) {
  EXPECT_THROW(Unet(small(), 1).forward(random_tensor({1, 3, 16, 20}, 1)), c10::Error);
}

TEST(Unet, StartsWithHeKernelsAndZeroBiases) {
  const Unet network({}, 1);
  for (const Convolution* layer : network.convolutions()) {
    const double fan_in = static_cast<double>(layer->kernel.numel() / layer->kernel.size(0));
    const double n = static_cast<double>(layer->kernel.numel());
    const double variance =
        layer->kernel.detach().to(torch::kFloat64).square().mean().item<double>();
    EXPECT_NEAR(variance * fan_in / 2, 1, 5 * std::sqrt(1.3655 / n)) << layer->kernel.sizes();
    EXPECT_EQ(layer->bias.abs().max().item<double>(), 0);
  }
}

TEST(Unet, SeesNoFurtherThanFiftyOnePixels) {
  torch::NoGradGuard no_grad;
  const Unet network(small(), 1);
  torch::Tensor x = random_tensor({1, 3, 8, 240}, 1).abs();
  const torch::Tensor before = network.forward(x);
  x.index_put_({0, torch::indexing::Slice(), torch::indexing::Slice(), 119}, 9.0F);
  const torch::Tensor changed = (network.forward(x) != before).sum(2).flatten().nonzero().flatten();
  EXPECT_GE(changed.min().item<std::int64_t>(), 119 - 51);
  EXPECT_LE(changed.max().item<std::int64_t>(), 119 + 51);
  EXPECT_GT(changed.numel(), 80) << "the receptive field is nearly used up";
}

TEST(Unet, IsNearlyTheSameInBfloat16) {
  torch::NoGradGuard no_grad;
  UnetSettings settings = small();
  const torch::Tensor x = random_tensor({1, 3, 32, 32}, 1);
  const torch::Tensor exact = Unet(settings, 1).forward(x);
  settings.precision = Precision::kBfloat16;
  const torch::Tensor rounded = Unet(settings, 1).forward(x);
  // bfloat16 has 8 bits of mantissa; 15 layers of it.
  EXPECT_LT((rounded - exact).abs().max().item<double>(), 0.05 * exact.abs().max().item<double>());
  EXPECT_GT((rounded - exact).abs().max().item<double>(), 0);
}

TEST(Unet, LearnsATinyFixedSet) {
  Unet network(small(), 1);
  const torch::Tensor x = random_tensor({2, 3, 16, 16}, 2);
  const auto losses = losses_of_tiny_training(
      network, [&] { return network.forward(x); }, random_tensor({2, 1, 16, 16}, 3), 60);
  EXPECT_LT(losses.back(), 0.5 * losses.front());
}

TEST(Unet, IsCountedByTheSummary) {
  const Unet network({}, 1);
  std::int64_t products = 0;
  for (const PartSummary& each : summarize(network, [&] {
         network.forward(torch::zeros({1, 9, 64, 64}));
       })) {
    products += each.num_products;
  }
  // Spec 3.1: 10.74 GMAC for 256², a sixteenth for 64².
  EXPECT_NEAR(static_cast<double>(products) * 16 / 1e9, 10.74, 0.005);
}

}  // namespace
}  // namespace sciwright::models
