#include "earthquake/data/protocol.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"

namespace sciwright::earthquake {
namespace {

constexpr int kFortnightsTo2026 = 1998;

PredictionParameter target(int window, int step) {
  return {.name = "test", .window = window, .step = step};
}

TEST(SequenceAxis, IsTheReferences) {
  const SequenceAxis axis;
  EXPECT_EQ(axis.num_sequences(), 1775);
  EXPECT_EQ(axis.last_input(0), 50);
  EXPECT_EQ(axis.sequence_of(50), 0);
  EXPECT_EQ(axis.target_end(1774, target(1, 1)), kReferenceFortnights - 1);
  EXPECT_EQ(axis.first_end_sequence(), 965);
}

TEST(Protocol, CompatFitsAndScoresEverythingWithAnObservation) {
  const Protocol protocol = make_protocol(ProtocolKind::kCompat, kReferenceFortnights);
  ASSERT_EQ(protocol.scored.size(), 1U);
  EXPECT_TRUE(protocol.splits_pixels);
  EXPECT_EQ(protocol.parameters.size(), 16U);
  EXPECT_EQ(sequences_for(protocol.fit, protocol.axis, target(26, 1)).count(), 1775);
  EXPECT_EQ(sequences_for(protocol.scored[0], protocol.axis, target(26, 26)).count(), 1750);
  EXPECT_EQ(sequences_within(protocol.fit, protocol.axis, 1, 26).count(), 1750);
}

TEST(Protocol, Split1989TestsFromSequence965AndFitsWhatEndsBefore) {
  const Protocol protocol = make_protocol(ProtocolKind::kSplit1989, kReferenceFortnights);
  EXPECT_EQ(sequences_for(protocol.fit, protocol.axis, target(1, 1)).end, 965);
  EXPECT_EQ(sequences_for(protocol.fit, protocol.axis, target(26, 26)).end, 940);
  for (const PredictionParameter& parameter : protocol.parameters) {
    const SequenceRange test = sequences_for(protocol.scored[0], protocol.axis, parameter);
    EXPECT_EQ(test.begin, 965);
    EXPECT_EQ(test.end, 1776 - parameter.step);
  }
  EXPECT_LT(fortnight_start(protocol.normalisation_end), days_from_civil(1989, 1, 1));
}

TEST(Protocol, HonestHasFourPeriodsThatShareNoFortnight) {
  const Protocol protocol = make_protocol(ProtocolKind::kHonest, kFortnightsTo2026);
  ASSERT_EQ(protocol.scored.size(), 3U);
  EXPECT_EQ(protocol.fit.end, 1434);
  EXPECT_EQ(protocol.scored[0].begin, 1435);
  EXPECT_EQ(protocol.scored[0].end, 1695);
  EXPECT_EQ(protocol.scored[1].begin, 1696);
  EXPECT_EQ(protocol.scored[1].end, kReferenceFortnights);
  EXPECT_EQ(protocol.scored[2].begin, kReferenceFortnights);
  EXPECT_EQ(protocol.scored[2].end, kFortnightsTo2026);
  EXPECT_LE(fortnight_start(protocol.fit.end), days_from_civil(2005, 1, 1));
  EXPECT_EQ(protocol.pixel_choice_end, protocol.fit.end);
  EXPECT_EQ(protocol.normalisation_end, protocol.fit.end);
  EXPECT_FALSE(protocol.splits_pixels);
}

TEST(Protocol, HonestTargetsLieWhollyInTheirPeriod) {
  const Protocol protocol = make_protocol(ProtocolKind::kHonest, kFortnightsTo2026);
  const SequenceAxis& axis = protocol.axis;
  EXPECT_EQ(protocol.parameters.size(), 10U);
  for (const PredictionParameter& parameter : protocol.parameters) {
    for (const Period& period : protocol.scored) {
      const SequenceRange range = sequences_for(period, axis, parameter);
      const int first_target = axis.target_end(range.begin, parameter) - parameter.window + 1;
      EXPECT_EQ(first_target, period.begin);
      EXPECT_EQ(axis.target_end(range.end - 1, parameter), period.end - 1);
    }
    const SequenceRange fit = sequences_for(protocol.fit, axis, parameter);
    EXPECT_EQ(fit.begin, 0);
    EXPECT_EQ(axis.target_end(fit.end - 1, parameter), protocol.fit.end - 1);
  }
}

TEST(Protocol, HonestGoesWithoutAFreshTestWhenTheDataEndIn2019) {
  EXPECT_EQ(make_protocol(ProtocolKind::kHonest, kReferenceFortnights).scored.size(), 2U);
}

TEST(Protocol, RejectsDataThatEndTooEarly) {
  EXPECT_THROW(make_protocol(ProtocolKind::kCompat, 76), Error);
  EXPECT_NO_THROW(make_protocol(ProtocolKind::kCompat, 77));
  EXPECT_THROW(make_protocol(ProtocolKind::kSplit1989, 1017), Error);
  EXPECT_THROW(make_protocol(ProtocolKind::kHonest, 1700), Error);
}

TEST(Protocol, KnowsItsNames) {
  EXPECT_EQ(parse_protocol("honest"), ProtocolKind::kHonest);
  EXPECT_EQ(protocol_name(ProtocolKind::kSplit1989), "split1989");
  EXPECT_THROW(parse_protocol("honset"), Error);
}

}  // namespace
}  // namespace sciwright::earthquake
