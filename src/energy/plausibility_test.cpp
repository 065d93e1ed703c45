#include "energy/plausibility.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/test_traces.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Plausibility, TakesOutPowerThatCannotBeAndNamesTheFirst) {
  Trace trace = power_trace({{0, 100},
                             {1, std::numeric_limits<double>::quiet_NaN()},
                             {2, -50},
                             {3, std::numeric_limits<double>::infinity()},
                             {4, 1e9},
                             {5, 100}});
  drop_impossible(trace);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(trace.samples[i].reading.power_w, std::nullopt);
  EXPECT_EQ(trace.samples[5].reading.power_w, 100);
  EXPECT_THAT(trace.problems,
              ElementsAre("gpu0 (nvml): 4 impossible values are left out, the first nan at "
                          "1970-01-01T00:00:01.000Z, expected 0 to 5000 W, or a count of joules"));
}

TEST(Plausibility, TellsOfACounterThatJumped) {
  Trace trace = counter_trace({{0, 1000}, {1, 1100}, {2, 1e9}, {3, 1e9 + 100}});
  drop_impossible(trace);
  EXPECT_THAT(trace.problems,
              ElementsAre("cpu0 (powercap): the energy counter fell or jumped 1 times, the first "
                          "from 1100 J to 1e+09 J at 1970-01-01T00:00:02.000Z; what was used then "
                          "is not known"));
}

TEST(Plausibility, TellsOfACounterThatFell) {
  Trace trace = counter_trace({{0, 1040}, {1, 545}, {2, 600}});
  drop_impossible(trace);
  EXPECT_THAT(trace.problems,
              ElementsAre("cpu0 (powercap): the energy counter fell or jumped 1 times, the first "
                          "from 1040 J to 545 J at 1970-01-01T00:00:01.000Z; what was used then is "
                          "not known"));
}

TEST(Plausibility, TellsOfACounterThatStandsStill) {
  Trace trace = counter_trace({{0, 1040}, {1, 1040}, {4, 1040}});
  drop_impossible(trace);
  EXPECT_THAT(trace.problems,
              ElementsAre("cpu0 (powercap): the energy counter stood still at 1040 J "
                          "for all 4.0 s"));
}

TEST(Plausibility, TellsOfADeviceThatFellSilent) {
  Trace trace = power_trace({{0, 100}, {1, 100}, {2, 100}, {3, 100}});
  trace.samples[2].reading = trace.samples[3].reading = {};
  drop_impossible(trace);
  EXPECT_THAT(trace.problems,
              ElementsAre("gpu0 (nvml): told neither power nor energy in 2 of 4 samples, the first "
                          "at 1970-01-01T00:00:02.000Z"));
}

TEST(Plausibility, GrantsACounterThatTicksLate) {
  Trace trace = counter_trace({{0, 1000}, {0.001, 1200}, {1, 1300}});
  drop_impossible(trace);
  EXPECT_THAT(trace.problems, IsEmpty());
}

}  // namespace
}  // namespace sciwright::energy
