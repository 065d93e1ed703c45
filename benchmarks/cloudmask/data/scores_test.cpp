#include "cloudmask/data/scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "cloudmask/data/boundary.h"
#include "cloudmask/data/score_table.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// By looking at every neighbour.
Mask slow_band(const Mask& mask, int width) {
  Mask band = mask;
  const auto is_set = [&](int y, int x) {
    return y >= 0 && x >= 0 && y < mask.size.height_px && x < mask.size.width_px &&
           mask.values[static_cast<std::size_t>(y * mask.size.width_px + x)] != 0;
  };
  for (int y = 0; y < mask.size.height_px; ++y) {
    for (int x = 0; x < mask.size.width_px; ++x) {
      bool is_inner = true;
      for (int dy = -width; dy <= width; ++dy) {
        for (int dx = -width; dx <= width; ++dx) is_inner = is_inner && is_set(y + dy, x + dx);
      }
      if (is_inner) band.values[static_cast<std::size_t>(y * mask.size.width_px + x)] = 0;
    }
  }
  return band;
}

/// A day scene of 1×4 pixels, the last without data, the first two on land.
Scene small_scene() {
  Scene scene{.name = "s",
              .day_night = DayNight::kDay,
              .num_reflectances = 1,
              .image = Planes(1, {1, 4}),
              .valid = Mask({1, 4}, 1),
              .label = Mask({1, 4}),
              .land = Mask({1, 4})};
  scene.valid.values = {1, 1, 1, 0};
  scene.label.values = {1, 0, 1, 1};
  scene.land->values = {1, 1, 0, 0};
  return scene;
}

const std::vector<float> kProbability = {0.9F, 0.8F, 0.7F, 0.1F};

TEST(BoundaryBand, IsWhatLiesNearTheOutside) {
  Mask mask({40, 50});
  RandomStream random(2);
  for (auto& value : mask.values) value = random.uniform() < 0.97;
  for (const int width : {1, 2, 5}) EXPECT_EQ(boundary_band(mask, width), slow_band(mask, width));
}

TEST(BoundaryBand, OfNoWidthIsEmpty) { EXPECT_EQ(boundary_band(Mask({3, 3}, 1), 0), Mask({3, 3})); }

TEST(CountScene, LeavesOutPixelsWithoutData) {
  const Scene scene = small_scene();
  const SceneCounts counts = count_scene(scene, scene.label, kProbability);
  EXPECT_EQ(counts.all.confusion, (Confusion{.true_positive = 2, .false_positive = 1}));
  EXPECT_EQ(count_scene(scene, scene.label, kProbability, {.valid_only = false})
                .all.confusion.false_negative,
            1);
}

TEST(CountScene, CountsTheBoundary) {
  const Scene scene = small_scene();
  const SceneCounts counts = count_scene(scene, scene.label, kProbability);
  EXPECT_EQ(counts.all.boundary_intersection, 2);
  EXPECT_EQ(counts.all.boundary_union, 3);
}

TEST(CountScene, RefusesAWrongNumberOfProbabilities) {
  const Scene scene = small_scene();
  EXPECT_THROW(count_scene(scene, scene.label, std::vector<float>(3)), Error);
}

TEST(ScoreRows, AreMadeForTheSubsetsThereAre) {
  const Scene scene = small_scene();
  const auto rows = score_rows({count_scene(scene, scene.label, kProbability)});
  std::vector<std::string> names;
  for (const ScoreRow& row : rows) names.push_back(row.subset);
  EXPECT_THAT(names, ElementsAre("all", "day", "land", "sea"));
  EXPECT_EQ(rows[2].num_pixels, 2);
  EXPECT_DOUBLE_EQ(rows[2].metrics.accuracy, 0.5);
  EXPECT_DOUBLE_EQ(rows[3].metrics.accuracy, 1);
}

TEST(ScoresJson, WritesNullForWhatIsUnknownAndBaselinesBeside) {
  const Scene scene = small_scene();
  const auto rows = score_rows({count_scene(scene, scene.label, kProbability)});
  const auto json = scores_json(rows, {{"majority", rows}});
  EXPECT_EQ(json[0]["subset"], "all");
  EXPECT_DOUBLE_EQ(json[0]["accuracy"], 2.0 / 3);
  EXPECT_DOUBLE_EQ(json[0]["baselines"]["majority"]["majority_accuracy"], 2.0 / 3);
  EXPECT_TRUE(json[0]["intervals"]["accuracy"][0].is_null());
  EXPECT_TRUE(json[3]["specificity"].is_null());
  EXPECT_EQ(json[0]["threshold_sweep"].size(), 19U);
}

TEST(ScoresText, HasALineForEachForecast) {
  const Scene scene = small_scene();
  const auto rows = score_rows({count_scene(scene, scene.label, kProbability)});
  EXPECT_THAT(scores_text(rows, {{"majority", rows}}, "land"),
              ::testing::AllOf(HasSubstr("land"), HasSubstr("model       0.5000"),
                               HasSubstr("majority    0.5000")));
}

}  // namespace
}  // namespace sciwright::cloudmask
