#include "cloudmask/data/tiling.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;
using ::testing::Pointwise;

/// An image of random numbers.
Planes noise(int channels, ImageSize size) {
  Planes image(channels, size);
  RandomStream random(7);
  for (float& value : image.values) value = static_cast<float>(random.normal());
  return image;
}

using Network = std::function<std::vector<float>(const std::vector<float>& input, ImageSize size)>;

/// The image through `network`, window by window.
Planes predict(const Planes& image, const TilingPlan& plan, const Network& network) {
  Stitcher stitcher(plan);
  std::vector<float> input(image.num_channels * plan.tile_size().num_pixels());
  for (std::size_t i = 0; i < plan.num_tiles(); ++i) {
    copy_window(image, plan.window(i), input);
    stitcher.add(i, network(input, plan.tile_size()));
  }
  return stitcher.finish();
}

/// A network that copies channel 1.
std::vector<float> second_channel(const std::vector<float>& input, ImageSize size) {
  const auto begin = input.begin() + static_cast<std::ptrdiff_t>(size.num_pixels());
  return {begin, begin + static_cast<std::ptrdiff_t>(size.num_pixels())};
}

/// A network that halves three times (by maxima of 2×2) and sums over all pixels nearer than
/// `radius` along rows, zeros around the window, as convolutions with "same" padding do.
std::vector<float> pooled_sums(const std::vector<float>& input, ImageSize size, int radius) {
  std::vector<float> out(size.num_pixels());
  const auto pooled = [&](int row, int column) {
    float largest = -1e9F;
    for (int r = row / 8 * 8; r < row / 8 * 8 + 8; ++r) {
      largest = std::max(largest, input[static_cast<std::size_t>(r * size.width_px + column)]);
    }
    return largest;
  };
  for (int row = 0; row < size.height_px; ++row) {
    for (int column = 0; column < size.width_px; ++column) {
      float sum = 0;
      for (int d = -radius; d <= radius; d += radius) {
        const bool inside = column + d >= 0 && column + d < size.width_px;
        sum += inside ? pooled(row, column + d) : 0.0F;
      }
      out[static_cast<std::size_t>(row * size.width_px + column)] = sum;
    }
  }
  return out;
}

TEST(TrainingPatches, AreTheReferencesForAFullScene) {
  const std::vector<Window> patches = training_patches({1200, 1500}, 256);
  ASSERT_EQ(patches.size(), 20U);
  EXPECT_EQ(patches[0], (Window{88, 110, {256, 256}}));
  EXPECT_EQ(patches[1], (Window{88, 366, {256, 256}}));
  EXPECT_EQ(patches[19], (Window{88 + 3 * 256, 110 + 4 * 256, {256, 256}}));
}

TEST(TrainingPatches, CutAnOddRestUnevenly) {
  EXPECT_THAT(training_patches({7, 8}, 4), ElementsAre(Window{1, 0, {4, 4}}, Window{1, 4, {4, 4}}));
}

TEST(TrainingPatches, RefuseAnImageSmallerThanAPatch) {
  try {
    training_patches({200, 300}, 256);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "a training patch of 256 x 256 pixels does not fit into an image of 200 x 300");
  }
}

TEST(CompatTiling, IsTensorFlowsSamePaddingForAFullScene) {
  const TilingPlan plan = compat_tiling({1200, 1500}, 256, 80);
  EXPECT_EQ(plan.rows.spans.size(), 7U);
  EXPECT_EQ(plan.columns.spans.size(), 9U);
  EXPECT_EQ(plan.window(0), (Window{-56, -82, {256, 256}}));
  EXPECT_EQ(plan.window(62), (Window{6 * 176 - 56, 8 * 176 - 82, {256, 256}}));
  EXPECT_EQ(plan.rows.spans[0].keep_start_px, 0);
  EXPECT_EQ(plan.rows.spans[0].weights.size(), 160U);
  EXPECT_EQ(plan.rows.spans[1].keep_start_px, 160);
}

TEST(CompatTiling, ReturnsTheInputForANetworkThatCopies) {
  const Planes image = noise(3, {1200, 1500});
  const Planes out = predict(image, compat_tiling(image.size, 256, 80), second_channel);
  EXPECT_TRUE(std::equal(out.values.begin(), out.values.end(), image.plane(1).begin()));
}

TEST(CompatTiling, ReturnsOddSizesAlike) {
  const Planes image = noise(2, {101, 57});
  const Planes out = predict(image, compat_tiling(image.size, 32, 6), second_channel);
  EXPECT_TRUE(std::equal(out.values.begin(), out.values.end(), image.plane(1).begin()));
}

TEST(CompatTiling, TakesAnImageSmallerThanAPatch) {
  const Planes image = noise(2, {11, 3});
  const Planes out = predict(image, compat_tiling(image.size, 32, 6), second_channel);
  EXPECT_TRUE(std::equal(out.values.begin(), out.values.end(), image.plane(1).begin()));
}

TEST(CompatTiling, RefusesAnOddCrop) {
  EXPECT_THROW(compat_tiling({100, 100}, 32, 5), Error);
  EXPECT_THROW(compat_tiling({100, 100}, 32, 32), Error);
}

TEST(ExactTiling, ReturnsTheInputForANetworkThatCopies) {
  const Planes image = noise(2, {301, 413});
  const Planes out = predict(image, exact_tiling(image.size, 160), second_channel);
  EXPECT_TRUE(std::equal(out.values.begin(), out.values.end(), image.plane(1).begin()));
}

TEST(ExactTiling, EqualsTheWholeImageForANetworkOfItsRadius) {
  const Planes image = noise(1, {203, 331});
  const Network network = [](const std::vector<float>& input, ImageSize size) {
    return pooled_sums(input, size, kNetworkRadiusPx);
  };
  const Planes whole = predict(image, whole_image_tiling(image.size), network);
  EXPECT_EQ(predict(image, exact_tiling(image.size, 136), network).values, whole.values);
}

TEST(ExactTiling, CompatSeamsDifferFromTheWholeImage) {
  const Planes image = noise(1, {200, 328});
  const Network network = [](const std::vector<float>& input, ImageSize size) {
    return pooled_sums(input, size, kNetworkRadiusPx);
  };
  const Planes whole = predict(image, whole_image_tiling(image.size), network);
  EXPECT_NE(predict(image, compat_tiling(image.size, 128, 80), network).values, whole.values);
}

TEST(ExactTiling, NamesEveryWrongNumber) {
  try {
    exact_tiling({100, 100}, 100, 20);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "tiling: the tile is 100 px, must be a positive multiple of 8\n"
                 "tiling: the margin is 20 px, must be a positive multiple of 8\n"
                 "tiling: the margin is 20 px, must be from 56 to below half a tile (100 px)");
  }
}

TEST(WholeImageTiling, AddsRowsAndColumnsUpToTheAlignment) {
  const TilingPlan plan = whole_image_tiling({1200, 1500});
  EXPECT_EQ(plan.num_tiles(), 1U);
  EXPECT_EQ(plan.window(0), (Window{0, 0, {1200, 1504}}));
}

TEST(BlendedTiling, MixesToTheInputForANetworkThatCopies) {
  const Planes image = noise(2, {301, 413});
  const Planes out = predict(image, blended_tiling(image.size, 128, 40), second_channel);
  EXPECT_THAT(out.values, Pointwise(::testing::FloatNear(1e-6F), image.plane(1)));
}

TEST(BlendedTiling, FadesOneTileIntoTheNext) {
  const TilingPlan plan = blended_tiling({8, 24}, 16, 8);
  ASSERT_EQ(plan.columns.spans.size(), 2U);
  const std::vector<float>& second = plan.columns.spans[1].weights;
  EXPECT_FLOAT_EQ(second[0], 1.0F / 9);
  EXPECT_FLOAT_EQ(second[7], 8.0F / 9);
  EXPECT_FLOAT_EQ(second[8], 1.0F);
}

TEST(CopyWindow, FillsWhatLiesOutside) {
  Mask mask({2, 2});
  mask.values = {1, 2, 3, 4};
  std::vector<std::uint8_t> out(9);
  copy_window(mask, {-1, 1, {3, 3}}, 9, out);
  EXPECT_THAT(out, ElementsAre(9, 9, 9, 2, 9, 9, 4, 9, 9));
}

}  // namespace
}  // namespace sciwright::cloudmask
