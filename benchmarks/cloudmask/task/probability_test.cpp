#include "cloudmask/task/probability.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/error.h"
#include "base/random.h"
#include "models/unet.h"

namespace sciwright::cloudmask {
namespace {

Model random_model(int num_channels) {
  const models::UnetSettings settings{.num_channels = num_channels, .width = 8};
  Model model{.network = std::make_shared<models::Unet>(settings, 3), .num_channels = num_channels};
  return model;
}

Planes random_planes(int num_channels, ImageSize size) {
  Planes planes(num_channels, size);
  RandomStream random(5);
  for (float& value : planes.values) value = static_cast<float>(random.normal());
  return planes;
}

std::vector<float> probability(const Model& model, const Planes& input, const TilingPlan& plan) {
  return stitched(plan, tile_probabilities(model, input, plan));
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, static_cast<double>(std::abs(a[i] - b[i])));
  }
  return largest;
}

TEST(Probability, OfExactTilesIsThatOfTheWholeImageAtOnce) {
  const Model model = random_model(3);
  const ImageSize size{301, 275};  // no multiples of 8
  const Planes input = random_planes(3, size);
  const auto whole = probability(model, input, whole_image_tiling(size));
  EXPECT_LT(largest_difference(probability(model, input, exact_tiling(size, 152, 56)), whole),
            1e-5);
  EXPECT_LT(largest_difference(probability(model, input, exact_tiling(size, 208, 64)), whole),
            1e-5);
  EXPECT_GT(*std::max_element(whole.begin(), whole.end()), 0.6F);
  EXPECT_LT(*std::min_element(whole.begin(), whole.end()), 0.4F);
}

TEST(Probability, OfTheReferencesTilesDiffersAtTheSeams) {
  const Model model = random_model(3);
  const ImageSize size{301, 275};
  const Planes input = random_planes(3, size);
  const auto whole = probability(model, input, whole_image_tiling(size));
  EXPECT_GT(largest_difference(probability(model, input, compat_tiling(size, 128, 40)), whole),
            1e-4);
}

TEST(Probability, OfBlendedTilesIsNearThatOfTheWholeImage) {
  const Model model = random_model(3);
  const ImageSize size{160, 200};
  const Planes input = random_planes(3, size);
  const auto whole = probability(model, input, whole_image_tiling(size));
  EXPECT_LT(largest_difference(probability(model, input, blended_tiling(size, 128, 64)), whole),
            0.3);
}

TEST(Probability, TakesTheTilingOfTheSettings) {
  Settings s;
  s.inference.tiling = "compat";
  s.data.patch_px = 256;
  EXPECT_EQ(tiling_of(s, {1200, 1500}).num_tiles(), 63U);
  s.inference.tiling = "exact";
  EXPECT_EQ(tiling_of(s, {1200, 1500}).num_tiles(), 12U);
  s.inference.tiling = "whole";
  EXPECT_EQ(tiling_of(s, {1200, 1500}).num_tiles(), 1U);
}

TEST(Probability, RefusesAScenesOtherChannels) {
  const Model model = random_model(3);
  Scene scene{.path = "a.hdf", .num_reflectances = 4, .image = Planes(4, {8, 8})};
  EXPECT_THROW(network_input(model, scene), Error);
}

}  // namespace
}  // namespace sciwright::cloudmask
