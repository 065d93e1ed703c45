#include "earthquake/data/leakage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

std::string leaking_letters(const LeakageSubject& subject) {
  std::string letters;
  for (const LeakageFinding& finding : leakage_report(subject)) {
    if (finding.leaks) letters += finding.letter;
  }
  return letters;
}

/// Three pixels in a row, then one far away; the second and the last validate.
PixelSplit split_pixels() { return {.locs = {100, 101, 102, 2000}, .is_validation = {0, 1, 0, 1}}; }

TEST(Leakage, FindsTheReferencesLeaks) {
  const Protocol protocol = make_protocol(ProtocolKind::kCompat, kReferenceFortnights);
  EXPECT_EQ(leaking_letters({.protocol = protocol,
                             .split = split_pixels(),
                             .pixels_from_reference = true,
                             .time_features = true,
                             .row_number = true,
                             .checkpoint = CheckpointChoice::kTrainingLoss,
                             .missing = MissingObservation::kZeroError}),
            "abcdeghi");
}

TEST(Leakage, KnowsThatTheFitOfAllPixelsSawTheValidationPixels) {
  const Protocol protocol = make_protocol(ProtocolKind::kCompat, kReferenceFortnights);
  const auto finding = [&](bool fits_all_pixels) {
    return leakage_report(
               {.protocol = protocol, .split = split_pixels(), .fits_all_pixels = fits_all_pixels})
        .back()
        .finding;
  };
  EXPECT_THAT(finding(true), testing::HasSubstr("of all pixels, also those under val"));
  EXPECT_THAT(finding(false), testing::HasSubstr("the model is at a disadvantage"));
}

TEST(Leakage, FindsNothingWhereNoValidationPixelTouchesATrainingPixel) {
  const Protocol protocol = make_protocol(ProtocolKind::kCompat, kReferenceFortnights);
  const LeakageFinding finding = leakage_report(
      {.protocol = protocol, .split = {.locs = {100, 2000}, .is_validation = {0, 1}}})[2];
  EXPECT_FALSE(finding.leaks);
  EXPECT_THAT(finding.finding, testing::StartsWith("0 of 1 validation pixels"));
}

TEST(Leakage, FindsYearsBeforeTheCatalogueBegins) {
  const Protocol protocol = make_protocol(ProtocolKind::kCompat, kReferenceFortnights);
  const LeakageFinding finding = leakage_report(
      {.protocol = protocol, .split = split_pixels(), .first_event_fortnight = 1000})[6];
  EXPECT_TRUE(finding.leaks);
  EXPECT_THAT(finding.finding, testing::HasSubstr("The catalogue begins 1988-05-04"));
}

TEST(Leakage, FindsADesignThatLookedAtTheScores) {
  const Protocol protocol = make_protocol(ProtocolKind::kHonest, 1998);
  EXPECT_EQ(leaking_letters({.protocol = protocol,
                             .split = unsplit({100, 101}),
                             .checkpoint = CheckpointChoice::kDesign}),
            "f");
}

TEST(Leakage, FindsNoneInTheHonestProtocol) {
  const Protocol protocol = make_protocol(ProtocolKind::kHonest, 1998);
  EXPECT_EQ(leaking_letters({.protocol = protocol,
                             .split = unsplit({100, 101}),
                             .time_features = true,
                             .checkpoint = CheckpointChoice::kValidationLoss}),
            "");
}

TEST(Leakage, FindsTheReferencesPixelListInAnHonestRun) {
  const Protocol protocol = make_protocol(ProtocolKind::kHonest, 1998);
  EXPECT_EQ(leaking_letters(
                {.protocol = protocol, .split = unsplit({100}), .pixels_from_reference = true}),
            "d");
}

TEST(Leakage, NamesTheSharedFortnightsOfEachTarget) {
  const Protocol protocol = make_protocol(ProtocolKind::kSplit1989, kReferenceFortnights);
  const LeakageFinding finding = leakage_report({.protocol = protocol, .split = unsplit({100})})[0];
  EXPECT_THAT(finding.finding, testing::StartsWith("6 of 16 targets"));
  EXPECT_THAT(finding.finding, testing::HasSubstr("Next Year Back 25/26"));
}

TEST(Leakage, CountsValidationPixelsThatTouchTrainingPixels) {
  EXPECT_EQ(num_validation_neighbours(split_pixels()), 1);
  // The end of one row and the start of the next do not touch.
  EXPECT_EQ(num_validation_neighbours(
                {.locs = {kGridColumns - 1, kGridColumns}, .is_validation = {0, 1}}),
            0);
}

TEST(Leakage, IsWrittenForPeopleAndPrograms) {
  const std::vector<LeakageFinding> findings = {
      {.letter = "h", .channel = "row", .leaks = true, .finding = "It is."}};
  EXPECT_EQ(leakage_json(findings).dump(),
            R"([{"channel":"row","finding":"It is.","leaks":true,"letter":"h"}])");
  EXPECT_THAT(leakage_text(findings), testing::HasSubstr("h  row      yes    It is."));
}

}  // namespace
}  // namespace sciwright::earthquake
