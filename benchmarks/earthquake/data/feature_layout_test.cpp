#include "earthquake/data/feature_layout.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::earthquake {
namespace {

using testing::ElementsAre;

TEST(FeatureLayout, ReferenceFormHasTheReferencesColumns) {
  const FeatureLayout layout = feature_layout(FeatureForm::kReference);
  EXPECT_EQ(layout.num_features(), 28);
  EXPECT_EQ(layout.names[0], "RawLabel");
  EXPECT_THAT(layout.statics, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(layout.targets, ElementsAre(5, 11, 12, 13));
  EXPECT_THAT(layout.unknown, ElementsAre(0, 6, 7, 8, 9, 10));
  EXPECT_THAT(layout.known, ElementsAre(14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
}

TEST(FeatureLayout, TwentySevenFormHasNoRowNumber) {
  const FeatureLayout layout = feature_layout(FeatureForm::kNoRow);
  EXPECT_EQ(layout.num_features(), 27);
  EXPECT_EQ(layout.statics.size(), 4U);
  EXPECT_EQ(layout.unknown.size(), 5U);
  EXPECT_EQ(layout.known.size(), 14U);
  EXPECT_EQ(layout.names[static_cast<std::size_t>(layout.targets[3])], "Mag Year Back");
}

TEST(FeatureLayout, PaperFormCountsThePixelsPlaceAsStatic) {
  const FeatureLayout layout = feature_layout(FeatureForm::kPaper);
  EXPECT_EQ(layout.statics.size(), 5U);
  EXPECT_EQ(layout.names[static_cast<std::size_t>(layout.statics[4])], "LinearSpace");
  EXPECT_EQ(layout.known.size(), 13U);
  EXPECT_EQ(layout.unknown.size() + layout.targets.size(), 9U);
}

TEST(FeatureLayout, EncodesTheEndsOfTheAxis) {
  const std::vector<float> first = time_encodings(0, 1827);
  EXPECT_THAT(first, ElementsAre(0, 1, -1, 1, 1, 0, 1, 0, 1, 0, 1, 0));
  const std::vector<float> last = time_encodings(1826, 1827);
  EXPECT_FLOAT_EQ(last[0], 14.0F * 1826 / (14.0F * 1826 + 1));
  EXPECT_THAT(std::vector<float>(last.begin() + 1, last.begin() + 4), ElementsAre(1, 1, 1));
}

TEST(FeatureLayout, EncodesTheMiddleWithLegendrePolynomials) {
  const std::vector<float> middle = time_encodings(913, 1827);  // x = 0
  EXPECT_THAT(std::vector<float>(middle.begin() + 1, middle.begin() + 4),
              ElementsAre(-0.5F, 0, 0.375F));
}

TEST(FeatureLayout, EncodesFortnightsInPeriodsOf8To64) {
  const std::vector<float> at = time_encodings(2 + 8 * 3, 1827);  // A quarter of the first period.
  EXPECT_NEAR(at[4], 0, 1e-6);
  EXPECT_NEAR(at[5], 1, 1e-6);
  EXPECT_NEAR(at[10], std::cos(2 * M_PI * 26 / 64), 1e-6);
}

TEST(FeatureLayout, KnowsItsNames) {
  EXPECT_EQ(parse_feature_form("paper"), FeatureForm::kPaper);
  EXPECT_EQ(feature_form_name(FeatureForm::kReference), "reference");
  EXPECT_THROW(parse_feature_form("27"), Error);
}

}  // namespace
}  // namespace sciwright::earthquake
