#include "energy/accounting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/test_traces.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Trace named(Trace trace, const std::string& name, DeviceKind kind) {
  trace.devices[0].name = name;
  trace.devices[0].kind = kind;
  return trace;
}

TEST(Accounting, TellsEnergyCoverageAndGapOfADevice) {
  const Accounting accounting(power_trace({{0, 100}, {1, 100}, {3, 200}}));
  const DeviceEnergy energy = accounting.of_device(0, accounting.whole());
  EXPECT_DOUBLE_EQ(*energy.joules, 400);
  EXPECT_EQ(energy.method, "power");
  EXPECT_EQ(energy.counter_j, std::nullopt);
  EXPECT_DOUBLE_EQ(energy.coverage_fraction, 1);
  EXPECT_DOUBLE_EQ(energy.longest_gap_s, 2);
  EXPECT_DOUBLE_EQ(*energy.mean_w, 400.0 / 3);
  EXPECT_DOUBLE_EQ(*energy.max_w, 200);
  EXPECT_EQ(energy.num_samples, 3);
  EXPECT_EQ(energy.origin, Origin::kMeasured);
}

TEST(Accounting, PrefersTheHardwaresCounterAndShowsBoth) {
  Trace trace = power_trace({{0, 100}, {1, 100}, {2, 100}});
  for (std::size_t i = 0; i < 3; ++i) {
    trace.samples[i].reading.energy_j = 5000 + 110.0 * static_cast<double>(i);
  }
  const Accounting accounting(trace);
  const DeviceEnergy energy = accounting.of_device(0, accounting.whole());
  EXPECT_EQ(energy.method, "counter");
  EXPECT_DOUBLE_EQ(*energy.joules, 220);
  EXPECT_DOUBLE_EQ(*energy.power_j, 200);
}

TEST(Accounting, TakesPowerWhereTheCounterDoesNotTick) {
  Trace trace = power_trace({{0, 100}, {1, 100}, {2, 100}});
  for (Sample& sample : trace.samples) sample.reading.energy_j = 5000;
  const Accounting accounting(trace);
  EXPECT_EQ(accounting.of_device(0, accounting.whole()).method, "power");
}

TEST(Accounting, SaysNothingOfAWindowWithoutSamples) {
  const Accounting accounting(power_trace({{0, 100}, {1, 100}}));
  const DeviceEnergy energy = accounting.of_device(0, {{5 * kSecondNs, 9 * kSecondNs}});
  EXPECT_EQ(energy.joules, std::nullopt);
  EXPECT_EQ(energy.method, "");
  EXPECT_EQ(energy.origin, Origin::kNone);
  EXPECT_DOUBLE_EQ(energy.coverage_fraction, 0);
  EXPECT_DOUBLE_EQ(energy.longest_gap_s, 4);
}

TEST(Accounting, TellsHowMuchOfAWindowIsCovered) {
  const Accounting accounting(power_trace({{0, 100}, {1, 100}, {2, 100}}));
  EXPECT_DOUBLE_EQ(accounting.of_device(0, {{0, 8 * kSecondNs}}).coverage_fraction, 0.25);
}

TEST(Accounting, AddsGpusAndPackages) {
  const Accounting accounting(
      joined(power_trace({{0, 100}, {1, 100}}), counter_trace({{0, 0}, {1, 50}})));
  const TotalEnergy total = accounting.total(accounting.whole());
  EXPECT_DOUBLE_EQ(*total.joules, 150);
  EXPECT_THAT(total.of, ElementsAre("gpu0", "cpu0"));
  EXPECT_EQ(total.origin, Origin::kMeasured);
  EXPECT_DOUBLE_EQ(*accounting.total_power_w(total, kSecondNs / 2), 150);
}

TEST(Accounting, CountsADeviceOfTwoSourcesOnce) {
  Trace other = power_trace({{0, 90}, {1, 90}});
  other.devices[0].source = "nvidia-smi";
  const Accounting accounting(joined(power_trace({{0, 100}, {1, 100}}), other));
  EXPECT_DOUBLE_EQ(*accounting.total(accounting.whole()).joules, 100);
}

TEST(Accounting, NamesSessionsThatOverlap) {
  Trace trace = power_trace({{0, 200}, {1, 200}, {0.5, 200}, {1.5, 200}});
  trace.samples[2].session = trace.samples[3].session = 1;
  const Accounting accounting(trace);
  EXPECT_DOUBLE_EQ(*accounting.total(accounting.whole()).joules, 300);
  EXPECT_THAT(accounting.trace().problems,
              ElementsAre("sessions 0 and 1 overlap; each moment of a device is counted once"));
}

TEST(Accounting, TakesTheNodeInsteadOfItsParts) {
  const Accounting accounting(
      joined(power_trace({{0, 100}, {1, 100}}),
             named(power_trace({{0, 300}, {1, 300}}), "node", DeviceKind::kNode)));
  const TotalEnergy total = accounting.total(accounting.whole());
  EXPECT_DOUBLE_EQ(*total.joules, 300);
  EXPECT_THAT(total.of, ElementsAre("node"));
}

TEST(Accounting, TakesThePartsWhereTheNodeWasHardlyMeasured) {
  const Accounting accounting(
      joined(power_trace({{0, 100}, {1, 100}, {2, 100}, {3, 100}}),
             named(power_trace({{0, 300}, {1, 300}}), "node", DeviceKind::kNode)));
  EXPECT_THAT(accounting.total(accounting.whole()).of, ElementsAre("gpu0"));
}

TEST(Accounting, CallsATotalEstimatedWhenAPartIs) {
  Trace guess = counter_trace({{0, 0}, {1, 50}});
  guess.devices[0].origin = Origin::kEstimated;
  const Accounting accounting(joined(power_trace({{0, 100}, {1, 100}}), guess));
  EXPECT_EQ(accounting.total(accounting.whole()).origin, Origin::kEstimated);
}

TEST(Accounting, NamesTheDevicesThatTheTotalLacks) {
  Trace silent = power_trace({{0, std::nullopt}, {1, std::nullopt}});
  silent.devices[0].name = "gpu1";
  const Accounting accounting(joined(power_trace({{0, 100}, {1, 100}}), silent));
  const TotalEnergy total = accounting.total(accounting.whole());
  EXPECT_THAT(total.of, ElementsAre("gpu0"));
  EXPECT_THAT(total.missing, ElementsAre("gpu1"));
}

TEST(Accounting, HasNoTotalWithoutSamples) {
  const Accounting accounting((Trace()));
  const TotalEnergy total = accounting.total(accounting.whole());
  EXPECT_EQ(total.joules, std::nullopt);
  EXPECT_EQ(total.origin, Origin::kNone);
  EXPECT_THAT(total.of, IsEmpty());
}

TEST(Accounting, TakesTheEndedIntervalsOfAName) {
  record::Interval first;
  first.name = "Epoch";
  first.start_utc_ns = 10;
  first.duration_ns = 5;
  record::Interval running = first;
  running.duration_ns = {};
  record::Interval other = first;
  other.name = "Run";
  const std::vector<Window> windows = windows_of({first, running, other}, "Epoch");
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].begin_ns, 10);
  EXPECT_EQ(windows[0].end_ns, 15);
}

}  // namespace
}  // namespace sciwright::energy
