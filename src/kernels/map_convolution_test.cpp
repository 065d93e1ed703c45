#include "kernels/map_convolution.h"

#include <limits>

#include <gtest/gtest.h>
#include <torch/nn/functional/upsampling.h>

#include "kernels/map_testing.h"

namespace sciwright::kernels {
namespace {

using torch::Tensor;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Values {
  Tensor out;
  Tensor in_gradient;
  Tensor kernel_gradient;
  Tensor bias_gradient;
};

/// What goes into a convolution and its backward pass: images [C, H, W].
struct Inputs {
  Inputs(const ConvolutionShape& s, std::uint64_t seed)
      : in(as_kept(random_values({s.in.channels, s.in.height, s.in.width}, seed), s.number)),
        before(as_kept(random_values({s.out().channels, s.out().height, s.out().width}, seed + 1),
                       s.number)),
        out_gradient(as_kept(
            random_values({s.out().channels, s.out().height, s.out().width}, seed + 2), s.number)),
        kernel(random_values({s.out_channels, s.in.channels, 3, 3}, seed + 3) /
               std::sqrt(static_cast<double>(9 * s.in.channels))),
        bias(random_values({s.out_channels}, seed + 4)) {}

  Tensor in;
  Tensor before;
  Tensor out_gradient;
  Tensor kernel;
  Tensor bias;
};

/// The plain libtorch twin, in double precision. The gradients are those of the convolution before
/// relu.
Values plain(const ConvolutionShape& s, const Inputs& inputs) {
  const auto leaf = [](const Tensor& x) { return x.to(torch::kFloat64).requires_grad_(); };
  const Tensor in = leaf(inputs.in);
  const Tensor kernel = leaf(inputs.kernel);
  const Tensor bias = leaf(inputs.bias);
  Tensor x = in.unsqueeze(0);
  if (s.doubles) x = torch::upsample_nearest2d(x, {2 * s.in.height, 2 * s.in.width});
  Tensor y = torch::conv2d(x, kernel, s.doubles ? Tensor() : bias, 1, 1)[0];
  (y * inputs.out_gradient).sum().backward();
  y = y.detach();
  if (s.adds) y = y + inputs.before;
  if (s.relu) y = torch::relu(y);
  const auto found = [](const Tensor& x64) { return x64.to(torch::kFloat32); };
  return {found(y), found(in.grad()), found(kernel.grad()),
          s.doubles ? Tensor() : found(bias.grad())};
}

Values fast(const ConvolutionShape& s, const Inputs& inputs) {
  MapConvolution convolution(s);
  convolution.set_weights(inputs.kernel, inputs.bias, /*with_backward=*/true);
  const OwnMap in(inputs.in, s.number);
  const OwnMap out(inputs.before, s.number);
  convolution.forward(in.map, out.map);
  const OwnMap out_gradient(inputs.out_gradient, s.number);
  const OwnMap in_gradient(s.in, s.number);
  convolution.backward_data(out_gradient.map, in_gradient.map);
  convolution.backward_weights(in.map, out_gradient.map, /*is_first=*/true);
  Values found{image_of(out.map), image_of(in_gradient.map), torch::empty_like(inputs.kernel),
               s.doubles ? Tensor() : torch::empty_like(inputs.bias)};
  convolution.copy_gradients(found.kernel_gradient, found.bias_gradient);
  return found;
}

/// Equal up to the rounding of sums of `scale`: Winograd's loses some digits, bfloat16 has eight
/// bits.
void expect_close(const Tensor& found, const Tensor& expected, Number number, const char* what) {
  const double scale = expected.square().mean().sqrt().item<double>();
  const double tolerance = number == Number::kFloat32 ? 2e-4 : 3e-2;
  EXPECT_LE((found - expected).abs().max().item<double>(), tolerance * (scale + 1e-6)) << what;
}

void expect_equals_plain(const ConvolutionShape& s, std::uint64_t seed) {
  if (!has_fast_maps(s.number)) GTEST_SKIP() << "needs AVX-512";
  SCOPED_TRACE(testing::Message() << "[" << s.in.channels << ", " << s.in.height << ", "
                                  << s.in.width << "] -> " << s.out_channels << " doubles "
                                  << s.doubles << " adds " << s.adds << " relu " << s.relu);
  const Inputs inputs(s, seed);
  const Values found = fast(s, inputs);
  const Values expected = plain(s, inputs);
  expect_close(found.out, expected.out, s.number, "output");
  expect_close(found.in_gradient, expected.in_gradient, s.number, "gradient of the input");
  expect_close(found.kernel_gradient, expected.kernel_gradient, s.number, "gradient of weights");
  if (!s.doubles) {
    expect_close(found.bias_gradient, expected.bias_gradient, s.number, "gradient of the bias");
  }
}

/// Sizes on both sides of all that blocks and tiles could be.
MapSize random_size(std::uint64_t seed) {
  const Tensor x = torch::randint(1, 41, {3}, at::detail::createCPUGenerator(seed),
                                  torch::TensorOptions().dtype(torch::kInt64));
  return {x[0].item<std::int64_t>(), x[1].item<std::int64_t>(), x[2].item<std::int64_t>()};
}

class MapConvolutionOf : public testing::TestWithParam<Number> {};
INSTANTIATE_TEST_SUITE_P(Numbers, MapConvolutionOf,
                         testing::Values(Number::kFloat32, Number::kBfloat16));

TEST_P(MapConvolutionOf, RandomShapesEqualsLibtorch) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    expect_equals_plain({.in = random_size(seed),
                         .out_channels = random_size(seed + 100).channels,
                         .adds = seed % 2 == 0,
                         .relu = seed % 3 != 0,
                         .number = GetParam()},
                        seed);
  }
}

TEST_P(MapConvolutionOf, DoubledRandomShapesEqualsLibtorch) {
  for (std::uint64_t seed = 21; seed <= 32; ++seed) {
    expect_equals_plain({.in = random_size(seed),
                         .out_channels = random_size(seed + 100).channels,
                         .doubles = true,
                         .number = GetParam()},
                        seed);
  }
}

TEST_P(MapConvolutionOf, WidthsOfTheUnetEqualsLibtorch) {
  expect_equals_plain({.in = {9, 64, 64}, .out_channels = 32, .relu = true, .number = GetParam()},
                      41);
  expect_equals_plain({.in = {64, 32, 32}, .out_channels = 64, .relu = true, .number = GetParam()},
                      42);
  expect_equals_plain({.in = {128, 16, 16}, .out_channels = 256, .number = GetParam()}, 43);
}

TEST_P(MapConvolutionOf, OnePixelEqualsLibtorch) {
  expect_equals_plain({.in = {1, 1, 1}, .out_channels = 1, .relu = true, .number = GetParam()}, 51);
  expect_equals_plain({.in = {3, 1, 1}, .out_channels = 2, .doubles = true, .number = GetParam()},
                      52);
}

TEST_P(MapConvolutionOf, SumsTheGradientsOfImages) {
  if (!has_fast_maps(GetParam())) GTEST_SKIP() << "needs AVX-512";
  const ConvolutionShape s{.in = {16, 12, 12}, .out_channels = 16, .number = GetParam()};
  const Inputs first(s, 61);
  const Inputs second(s, 71);
  MapConvolution convolution(s);
  convolution.backward_weights(OwnMap(first.in, s.number).map,
                               OwnMap(first.out_gradient, s.number).map, /*is_first=*/true);
  convolution.backward_weights(OwnMap(second.in, s.number).map,
                               OwnMap(second.out_gradient, s.number).map, /*is_first=*/false);
  const Tensor kernel = torch::empty_like(first.kernel);
  const Tensor bias = torch::empty_like(first.bias);
  convolution.copy_gradients(kernel, bias);
  const Values one = plain(s, first);
  const Values other = plain(s, second);
  expect_close(kernel, one.kernel_gradient + other.kernel_gradient, s.number, "weights");
  expect_close(bias, one.bias_gradient + other.bias_gradient, s.number, "bias");
}

TEST_P(MapConvolutionOf, APartOfAKernelTakesAndGivesThatPart) {
  if (!has_fast_maps(GetParam())) GTEST_SKIP() << "needs AVX-512";
  const ConvolutionShape s{.in = {16, 10, 10}, .out_channels = 16, .number = GetParam()};
  Inputs inputs(s, 81);
  const Tensor whole = random_values({16, 48, 3, 3}, 82);
  inputs.kernel = whole.narrow(1, 8, 16);
  const Values expected = plain(s, inputs);
  MapConvolution convolution(s);
  convolution.set_weights(inputs.kernel, inputs.bias, /*with_backward=*/false);
  const OwnMap in(inputs.in, s.number);
  const OwnMap out(s.out(), s.number);
  convolution.forward(in.map, out.map);
  expect_close(image_of(out.map), expected.out, s.number, "output");
}

TEST_P(MapConvolutionOf, WhatIsNotFiniteStaysSo) {
  if (!has_fast_maps(GetParam())) GTEST_SKIP() << "needs AVX-512";
  const ConvolutionShape s{
      .in = {16, 12, 12}, .out_channels = 16, .relu = true, .number = GetParam()};
  for (const float value : {kNan, kInfinity, -kInfinity}) {
    Inputs inputs(s, 91);
    inputs.in.index_put_({3, 5, 7}, value);
    const Tensor expected = plain(s, inputs).out;
    const Tensor found = fast(s, inputs).out;
    const Tensor lost = expected.isfinite().logical_not().logical_and(found.isfinite());
    EXPECT_EQ(lost.sum().item<std::int64_t>(), 0) << value;
    EXPECT_TRUE(found.narrow(1, 0, 1).isfinite().all().item<bool>()) << "far away all is well";
  }
}

TEST_P(MapConvolutionOf, TheSameInputsGivesTheSameBits) {
  if (!has_fast_maps(GetParam())) GTEST_SKIP() << "needs AVX-512";
  const ConvolutionShape s{.in = {32, 64, 64}, .out_channels = 32, .number = GetParam()};
  const Inputs inputs(s, 95);
  const Values one = fast(s, inputs);
  const Values other = fast(s, inputs);
  EXPECT_TRUE(torch::equal(one.out, other.out));
  EXPECT_TRUE(torch::equal(one.in_gradient, other.in_gradient));
  EXPECT_TRUE(torch::equal(one.kernel_gradient, other.kernel_gradient));
}

}  // namespace
}  // namespace sciwright::kernels
