#include "earthquake/data/sequence_features.h"

#include <cmath>

#include <gtest/gtest.h>

#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

constexpr int kNum = 60;  // Fortnights: 35 times and 26 more.

/// One active fortnight (50) of pixel 9.
struct Case {
  Fortnights fortnights{.energy = {kGridPixels, kNum, 14.0},
                        .depth_km = {kGridPixels, kNum},
                        .num_events = {kGridPixels, kNum},
                        .num_large = {kGridPixels, kNum}};
  FaultLabels faults;
  std::vector<int> locs = {3, 9};
  std::vector<QuantityStatistics> scales;

  Case() {
    fortnights.energy.at(9, 50) = energy_of_magnitude(6);
    fortnights.num_events.at(9, 50) = 8;
    for (std::vector<int>& field : faults) field.assign(kGridPixels, 0);
    faults[2][9] = 35;
    scales = quantity_statistics(fortnights, faults, kNum, 1);
  }
  FeatureSource source() const {
    return {.fortnights = fortnights,
            .faults = faults,
            .locs = locs,
            .scales = scales,
            .num_time_points = num_time_points(kNum)};
  }
};

TEST(SequenceFeatures, CoverTheDataAndAYearMore) {
  const FeatureTensor tensor = sequence_features(Case().source(), FeatureForm::kNoRow);
  EXPECT_EQ(tensor.num_pixels, 2);
  EXPECT_EQ(tensor.num_times, kNum - 25 + 26);
  EXPECT_EQ(tensor.num_columns, 27);
}

TEST(SequenceFeatures, NormaliseEachQuantity) {
  const Case data;
  const FeatureTensor tensor = sequence_features(data.source(), FeatureForm::kNoRow);
  const std::span<const float> now = tensor.at(1, 25);
  EXPECT_FLOAT_EQ(now[2], 1);   // Fault 2
  EXPECT_FLOAT_EQ(now[4], 1);   // Magnitude 2 weeks
  EXPECT_FLOAT_EQ(now[6], 1);   // Multiplicity
  EXPECT_FLOAT_EQ(now[12], 1);  // Year back
  EXPECT_FLOAT_EQ(tensor.at(1, 24)[4], 0);
  EXPECT_FLOAT_EQ(tensor.at(0, 25)[4], 0);
  EXPECT_NEAR(tensor.at(1, 30)[10], 1, 1e-6);  // 3 months back still see it.
  EXPECT_FLOAT_EQ(tensor.at(1, 32)[10], 0);
}

TEST(SequenceFeatures, GoOnBeyondTheDataOnlyWhereKnown) {
  const FeatureTensor tensor = sequence_features(Case().source(), FeatureForm::kNoRow);
  const std::span<const float> beyond = tensor.at(1, kNum - 25);
  for (std::size_t column = 0; column < 27; ++column) {
    EXPECT_EQ(std::isnan(beyond[column]), column >= 4 && column < 13) << column;
  }
}

TEST(SequenceFeatures, PlaceThePixelsOnALine) {
  const FeatureTensor tensor = sequence_features(Case().source(), FeatureForm::kNoRow);
  EXPECT_FLOAT_EQ(tensor.at(0, 7)[13], 0);
  EXPECT_FLOAT_EQ(tensor.at(1, 7)[13], 0.5F);
  EXPECT_FLOAT_EQ(tensor.at(1, 7)[14], 0.5F);
  EXPECT_FLOAT_EQ(tensor.at(1, 7)[15], time_encodings(7, 61)[0]);
}

TEST(SequenceFeatures, ReferenceFormStartsWithTheRowNumber) {
  const Case data;
  const FeatureTensor with = sequence_features(data.source(), FeatureForm::kReference);
  const FeatureTensor without = sequence_features(data.source(), FeatureForm::kNoRow);
  EXPECT_EQ(with.at(1, 4)[0], 61 + 4);
  for (std::size_t column = 0; column < 27; ++column) {
    EXPECT_EQ(with.at(1, 25)[column + 1], without.at(1, 25)[column]);
  }
}

TEST(SequenceFeatures, KeepTheAxisOfTheTrainingInNewerData) {
  Case data;
  FeatureSource newer = data.source();
  newer.num_time_points = num_time_points(kNum - 30);  // Trained on 30 fortnights: 31 points.
  const FeatureTensor tensor = sequence_features(newer, FeatureForm::kReference);
  ASSERT_EQ(tensor.num_times, 61);
  for (const int time : {0, 30, 40, 60}) {
    const std::vector<float> expected = time_encodings(time, 31);
    const std::span<const float> time_columns = tensor.at(1, time).last(12);
    EXPECT_EQ(std::vector<float>(time_columns.begin(), time_columns.end()), expected) << time;
    EXPECT_EQ(tensor.at(1, time)[0], 31 + time);
  }
  EXPECT_GT(tensor.at(1, 60)[16], 1.9F);                  // LinearTime goes on.
  EXPECT_EQ(tensor.at(1, 60)[20], tensor.at(1, 28)[20]);  // A period of 8 repeats.
}

TEST(SequenceFeatures, AheadTargetsLookForward) {
  const Case data;
  const FeatureTensor targets = ahead_targets(data.source());
  EXPECT_EQ(targets.num_times, kNum - 25);
  EXPECT_EQ(targets.num_columns, 24);
  EXPECT_FLOAT_EQ(targets.at(1, 24)[0], 1);  // Next 2 weeks: fortnight 50.
  EXPECT_FLOAT_EQ(targets.at(1, 25)[0], 0);
  EXPECT_NEAR(targets.at(1, 18)[3], 1, 1e-6);  // 3 months ahead: fortnights 44 … 50.
  EXPECT_FLOAT_EQ(targets.at(1, 17)[3], 0);
  EXPECT_TRUE(std::isnan(targets.at(1, 34)[0]));
  EXPECT_TRUE(std::isnan(targets.at(1, 0)[7]));  // 4 years do not fit.
}

TEST(SequenceFeatures, AheadTargetsEndWithTheNextEncodings) {
  const Case data;
  const FeatureTensor targets = ahead_targets(data.source());
  const FeatureTensor features = sequence_features(data.source(), FeatureForm::kNoRow);
  for (std::size_t i = 0; i < 14; ++i) {
    EXPECT_EQ(targets.at(1, 8)[10 + i], features.at(1, 9)[13 + i]);
  }
}

}  // namespace
}  // namespace sciwright::earthquake
