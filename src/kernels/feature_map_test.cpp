#include "kernels/feature_map.h"

#include <limits>

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "kernels/map_testing.h"

namespace sciwright::kernels {
namespace {

using torch::Tensor;

/// Values of which many are equal or 0, with NaN and both infinities among them.
Tensor coarse_values(const MapSize& size, std::uint64_t seed) {
  Tensor x = (random_values({size.channels, size.height, size.width}, seed) * 2).round();
  const Tensor flat = x.view(-1);
  constexpr float kSpecial[] = {std::numeric_limits<float>::quiet_NaN(),
                                std::numeric_limits<float>::infinity(),
                                -std::numeric_limits<float>::infinity()};
  for (std::int64_t i = 0; i < flat.numel(); i += 37) {
    flat[i] = kSpecial[i % 3];
  }
  return x;
}

/// Equal bits, NaN being equal to NaN.
void expect_equal(const Tensor& found, const Tensor& expected) {
  EXPECT_TRUE(torch::allclose(found, expected, 0, 0, /*equal_nan=*/true))
      << (found - expected).abs().max();
}

class FeatureMapOf : public testing::TestWithParam<Number> {
 protected:
  void SetUp() override {
    if (!has_fast_maps(GetParam())) GTEST_SKIP() << "needs AVX-512";
  }
};
INSTANTIATE_TEST_SUITE_P(Numbers, FeatureMapOf,
                         testing::Values(Number::kFloat32, Number::kBfloat16));

/// Few and many channels, blocks that are not full, single rows.
const MapSize kSizes[] = {{1, 2, 2}, {9, 6, 10}, {16, 64, 64}, {40, 8, 2}, {32, 2, 30}};

TEST_P(FeatureMapOf, AnImageIsRoundedToTheNearest) {
  for (const MapSize& size : kSizes) {
    const Tensor x = random_values({size.channels, size.height, size.width}, 1);
    expect_equal(image_of(OwnMap(x, GetParam()).map), as_kept(x, GetParam()));
    const Tensor special = coarse_values(size, 2);
    expect_equal(image_of(OwnMap(special, GetParam()).map), special);
  }
}

TEST_P(FeatureMapOf, ReluEqualsLibtorch) {
  for (const MapSize& size : kSizes) {
    const Tensor x = coarse_values(size, 3);
    const OwnMap map(x, GetParam());
    apply_relu(map.map);
    expect_equal(image_of(map.map), torch::relu(x));
  }
}

TEST_P(FeatureMapOf, ReluBackwardsEqualsLibtorch) {
  for (const MapSize& size : kSizes) {
    const Tensor x = coarse_values(size, 4).requires_grad_();
    const Tensor gradient =
        as_kept(random_values({size.channels, size.height, size.width}, 5), GetParam());
    const Tensor y = torch::relu(x);
    const Tensor expected = torch::autograd::grad({y}, {x}, {gradient})[0];
    const OwnMap found(gradient, GetParam());
    relu_backward(OwnMap(y.detach(), GetParam()).map, found.map);
    expect_equal(image_of(found.map), expected);
  }
}

TEST_P(FeatureMapOf, HalvingEqualsLibtorchsPooling) {
  for (const MapSize& size : kSizes) {
    const Tensor x = coarse_values(size, 6);
    const OwnMap out({size.channels, size.height / 2, size.width / 2}, GetParam());
    halve(OwnMap(x, GetParam()).map, out.map);
    expect_equal(image_of(out.map), torch::max_pool2d(x.unsqueeze(0), 2)[0]);
  }
}

TEST_P(FeatureMapOf, HalvingBackwardsEqualsLibtorch) {
  for (const MapSize& size : kSizes) {
    const Tensor x = coarse_values(size, 7).requires_grad_();
    const Tensor y = torch::relu(x);
    const Tensor other =
        as_kept(random_values({size.channels, size.height, size.width}, 8), GetParam());
    const Tensor halved =
        as_kept(random_values({size.channels, size.height / 2, size.width / 2}, 9), GetParam());
    const Tensor pooled = torch::max_pool2d(y.unsqueeze(0), 2)[0];
    const Tensor expected = torch::autograd::grad({pooled, y}, {x}, {halved, other})[0];
    const OwnMap found(other, GetParam());
    halve_backward(OwnMap(y.detach(), GetParam()).map, OwnMap(halved, GetParam()).map, found.map);
    expect_equal(image_of(found.map), as_kept(expected, GetParam()));
  }
}

TEST_P(FeatureMapOf, TheHeadEqualsLibtorchsConvolution) {
  for (const MapSize& size : kSizes) {
    const Tensor y = torch::relu(
        as_kept(random_values({size.channels, size.height, size.width}, 10), GetParam()));
    const Tensor x = y.clone().requires_grad_();
    const Tensor weights = random_values({size.channels}, 11).requires_grad_();
    const Tensor bias = random_values({1}, 12).requires_grad_();
    const Tensor gradient = random_values({size.height, size.width}, 13);
    const Tensor expected = torch::conv2d(torch::relu(x).unsqueeze(0),
                                          weights.view({1, size.channels, 1, 1}), bias)[0][0];
    const auto gradients = torch::autograd::grad({expected}, {x, weights, bias}, {gradient});

    const Head head{weights.data_ptr<float>(), bias.data_ptr<float>()};
    const OwnMap in(y, GetParam());
    const Tensor found = torch::empty_like(expected);
    apply_head(in.map, head, found.data_ptr<float>());
    EXPECT_TRUE(torch::allclose(found, expected, 1e-4, 1e-4));

    const OwnMap in_gradient(size, GetParam());
    const Tensor weight_gradient = torch::zeros({size.channels});
    const Tensor bias_gradient = torch::zeros({1});
    head_backward(in.map, head, gradient.data_ptr<float>(), in_gradient.map,
                  {weight_gradient.data_ptr<float>(), bias_gradient.data_ptr<float>()});
    expect_equal(image_of(in_gradient.map), as_kept(gradients[0], GetParam()));
    EXPECT_TRUE(torch::allclose(weight_gradient, gradients[1], 1e-4, 1e-3));
    EXPECT_TRUE(torch::allclose(bias_gradient, gradients[2], 1e-4, 1e-3));
  }
}

TEST_P(FeatureMapOf, NanGoesThroughTheHead) {
  const Tensor y = random_values({32, 2, 2}, 14).abs();
  y[5][1][0] = std::numeric_limits<float>::quiet_NaN();
  const Tensor weights = random_values({32}, 15);
  const Tensor bias = torch::zeros({1});
  const Tensor out = torch::empty({2, 2});
  apply_head(OwnMap(y, GetParam()).map, {weights.data_ptr<float>(), bias.data_ptr<float>()},
             out.data_ptr<float>());
  EXPECT_TRUE(torch::equal(out.isnan(), torch::tensor({{false, false}, {true, false}})));
}

}  // namespace
}  // namespace sciwright::kernels
