#include "earthquake/data/prediction_parameter.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::earthquake {
namespace {

TEST(PredictionParameter, ThereAre104InTheReferencesOrder) {
  const std::vector<PredictionParameter>& all = decoder_parameters();
  ASSERT_EQ(all.size(), 104U);
  EXPECT_EQ(all[0].log_name, "Next Magnitude 2 weeks Now");
  EXPECT_EQ(all[3].name, "Next Year Back");
  EXPECT_EQ(all[4].name, "2 weeks Now 2wk+2");
  EXPECT_EQ(all[103].log_name, "Mag Year Back 2wk+26");
}

TEST(PredictionParameter, SixteenAreScored) {
  const std::vector<PredictionParameter>& scored = scored_parameters();
  ASSERT_EQ(scored.size(), 16U);
  EXPECT_EQ(decoder_index(scored[3].name), 3);
  EXPECT_EQ(decoder_index(scored[4].name), 24);
  EXPECT_EQ(decoder_index(scored[8].name), 48);
  EXPECT_EQ(decoder_index(scored[15].name), 103);
}

TEST(PredictionParameter, CountsTheFortnightsSharedWithTheInputs) {
  const auto shared = [](const char* name) {
    return decoder_parameters()[static_cast<std::size_t>(decoder_index(name))].shared();
  };
  EXPECT_EQ(shared("Next Year Back"), 25);
  EXPECT_EQ(shared("6 Months Back 2wk+7"), 6);
  EXPECT_EQ(shared("Year Back 2wk+26"), 0);
  EXPECT_EQ(shared("2 weeks Now 2wk+26"), 0);
}

TEST(PredictionParameter, TheOverlapFreeOnesAreTheDistinctUnknownParts) {
  std::set<std::pair<int, int>> unknown_parts;
  for (const PredictionParameter& parameter : scored_parameters()) {
    unknown_parts.insert({parameter.unknown(), parameter.step});
  }
  std::set<std::pair<int, int>> overlap_free;
  for (const PredictionParameter& parameter : overlap_free_parameters()) {
    EXPECT_EQ(parameter.shared(), 0);
    overlap_free.insert({parameter.window, parameter.step});
  }
  EXPECT_EQ(overlap_free.size(), 10U);
  EXPECT_EQ(overlap_free, unknown_parts);
}

TEST(PredictionParameter, AheadWindowsShareNothingAndHaveTheirOwnScale) {
  ASSERT_EQ(ahead_parameters().size(), 10U);
  for (const PredictionParameter& parameter : ahead_parameters()) {
    EXPECT_EQ(parameter.shared(), 0);
  }
  EXPECT_EQ(ahead_parameters()[7].name, "4 years Ahead");
  EXPECT_EQ(ahead_parameters()[7].window, 104);
  EXPECT_EQ(ahead_parameters()[9].quantity, 27);
}

TEST(PredictionParameter, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  try {
    decoder_index("Next Decade");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("\"Next Decade\""));
    EXPECT_THAT(error.what(), testing::HasSubstr("Year Back 2wk+26"));
  }
}

}  // namespace
}  // namespace sciwright::earthquake
