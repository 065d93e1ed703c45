#include "models/unet_program.h"

#include <limits>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "models/tiny_training.h"
#include "models/unet.h"

namespace sciwright::models {
namespace {

using torch::Tensor;

/// Logits and the gradients of all weights for one batch.
struct Found {
  Tensor logits;
  std::vector<Tensor> gradients;
};

Found found_by(const Unet& network, const Tensor& input, const Tensor& logit_gradient) {
  const Tensor logits = network.forward(input);
  return {logits.detach(), torch::autograd::grad({logits}, network.parameters(), {logit_gradient})};
}

double relative_difference(const Tensor& found, const Tensor& expected) {
  return ((found - expected).norm() / (expected.norm() + 1e-12)).item<double>();
}

/// Relative differences of the logits, and of all gradients as one vector.
struct Difference {
  double logits = 0;
  double gradients = 0;
};

Tensor as_vector(const std::vector<Tensor>& all) {
  std::vector<Tensor> flat;
  for (const Tensor& each : all) flat.push_back(each.flatten());
  return torch::cat(flat);
}

Difference difference(const Found& found, const Found& expected) {
  return {relative_difference(found.logits, expected.logits),
          relative_difference(as_vector(found.gradients), as_vector(expected.gradients))};
}

class FastUnet : public testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (!has_fast_unet(GetParam())) GTEST_SKIP() << "needs AVX-512";
  }

  static std::shared_ptr<Unet> network(const UnetSettings& settings) {
    auto unet = std::make_shared<Unet>(settings, 1);
    const torch::NoGradGuard no_grad;
    for (Convolution* each : unet->convolutions()) {
      each->bias.copy_(0.1 * random_tensor(each->bias.sizes(), 7));
    }
    return unet;
  }

  static std::shared_ptr<Unet> fast_network(std::int64_t num_channels, std::int64_t width) {
    return network({num_channels, width, GetParam(), Kernels::kFast});
  }

  /// The plain twin in float32 is taken for exact; in bfloat16 the plain path's own distance from
  /// it bounds the fast one's.
  static void expect_fast_equals_plain(std::int64_t width, const Tensor& input) {
    const Tensor gradient = random_tensor({input.size(0), 1, input.size(2), input.size(3)}, 3);
    const auto found = [&](Precision precision, Kernels kernels) {
      return found_by(*network({input.size(1), width, precision, kernels}), input, gradient);
    };
    const Found exact = found(Precision::kFloat32, Kernels::kPlain);
    const Difference fast = difference(found(GetParam(), Kernels::kFast), exact);
    if (GetParam() == Precision::kFloat32) {
      EXPECT_LT(fast.logits, 1e-4);
      EXPECT_LT(fast.gradients, 1e-3);
      return;
    }
    const Difference plain = difference(found(GetParam(), Kernels::kPlain), exact);
    EXPECT_LT(fast.logits, 1.5 * plain.logits);
    EXPECT_LT(fast.gradients, 1.5 * plain.gradients);
  }
};
INSTANTIATE_TEST_SUITE_P(Precisions, FastUnet,
                         testing::Values(Precision::kFloat32, Precision::kBfloat16));

TEST_P(FastUnet, EqualsThePlainOne) {
  expect_fast_equals_plain(32, random_tensor({2, 9, 64, 64}, 1));
}

TEST_P(FastUnet, EqualsThePlainOneForOddWidthsAndSides) {
  expect_fast_equals_plain(5, random_tensor({3, 2, 8, 40}, 1));
  expect_fast_equals_plain(16, random_tensor({1, 20, 24, 16}, 2));
}

TEST_P(FastUnet, GivesTheSameBitsAgain) {
  const auto fast = fast_network(9, 16);
  const Tensor input = random_tensor({2, 9, 64, 64}, 1);
  const Tensor gradient = random_tensor({2, 1, 64, 64}, 2);
  const Found one = found_by(*fast, input, gradient);
  const Found other = found_by(*fast_network(9, 16), input, gradient);
  EXPECT_TRUE(torch::equal(one.logits, other.logits));
  for (std::size_t i = 0; i < one.gradients.size(); ++i) {
    EXPECT_TRUE(torch::equal(one.gradients[i], other.gradients[i])) << "weights " << i;
  }
}

TEST_P(FastUnet, ImagesOfABatchDoNotDependOnEachOther) {
  const torch::NoGradGuard no_grad;
  const auto fast = fast_network(3, 16);
  const Tensor input = random_tensor({3, 3, 32, 32}, 1);
  const Tensor all = fast->forward(input);
  EXPECT_TRUE(torch::equal(all.narrow(0, 1, 1), fast->forward(input.narrow(0, 1, 1))));
}

TEST_P(FastUnet, WithoutABackwardPassGivesTheSameBits) {
  const auto fast = fast_network(9, 16);
  const Tensor input = random_tensor({2, 9, 48, 32}, 1);
  const Tensor logits = fast->forward(input).detach();
  const torch::NoGradGuard no_grad;
  EXPECT_TRUE(torch::equal(fast->forward(input), logits));
}

TEST_P(FastUnet, AForwardPassInBetweenDoesNotDisturbTheBackwardPass) {
  const auto fast = fast_network(3, 16);
  const Tensor input = random_tensor({2, 3, 32, 32}, 1);
  const Tensor gradient = random_tensor({2, 1, 32, 32}, 2);
  const Found expected = found_by(*fast, input, gradient);
  const Tensor logits = fast->forward(input);
  {
    const torch::NoGradGuard no_grad;
    fast->forward(random_tensor({2, 3, 32, 32}, 3));
  }
  fast->forward(random_tensor({1, 3, 32, 32}, 4));
  const auto gradients = torch::autograd::grad({logits}, fast->parameters(), {gradient});
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    EXPECT_TRUE(torch::equal(gradients[i], expected.gradients[i])) << "weights " << i;
  }
}

TEST_P(FastUnet, GradientsThatAreKeptStayAsTheyAre) {
  const auto fast = fast_network(3, 16);
  const Tensor input = random_tensor({1, 3, 16, 16}, 1);
  const Found kept = found_by(*fast, input, random_tensor({1, 1, 16, 16}, 2));
  const Tensor copy = kept.gradients[0].clone();
  found_by(*fast, input, random_tensor({1, 1, 16, 16}, 3));
  EXPECT_TRUE(torch::equal(kept.gradients[0], copy));
}

TEST_P(FastUnet, NanInAWeightReachesEveryLogit) {
  const torch::NoGradGuard no_grad;
  const auto fast = fast_network(3, 16);
  fast->down[0]->first->bias[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(fast->forward(random_tensor({1, 3, 16, 16}, 1)).isnan().all().item<bool>());
}

TEST_P(FastUnet, TakesThePlainPathForTheGradientOfItsInput) {
  const auto fast = fast_network(3, 16);
  const Tensor input = random_tensor({1, 3, 16, 16}, 1).requires_grad_();
  fast->forward(input).sum().backward();
  EXPECT_GT(input.grad().abs().max().item<double>(), 0);
}

TEST_P(FastUnet, LearnsATinyFixedSet) {
  const auto fast = fast_network(3, 16);
  const Tensor x = random_tensor({2, 3, 16, 16}, 2);
  const auto losses = losses_of_tiny_training(
      *fast, [&] { return fast->forward(x); }, random_tensor({2, 1, 16, 16}, 3), 40);
  EXPECT_LT(losses.back(), 0.5 * losses.front());
}

}  // namespace
}  // namespace sciwright::models
