#include "energy/perf_energy.h"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/fake_tree.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kUnit = "sys/bus/event_source/devices/power/";

void put_unit(const FakeTree& tree) {
  tree.put_all(kUnit, {{"type", "22"},
                       {"cpumask", "0,18"},
                       {"events/energy-pkg", "event=0x02"},
                       {"events/energy-pkg.scale", "2.3283064365386962890625e-10"},
                       {"events/energy-pkg.unit", "Joules"},
                       {"events/energy-ram", "event=0x03"},
                       {"events/energy-ram.scale", "0.5"}});
}

TEST(PerfEnergy, ReadsTheEventsOfTheKernel) {
  const FakeTree tree;
  put_unit(tree);
  const std::vector<EnergyEvent> events = energy_events(tree.path());
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, DeviceKind::kCpuPackage);
  EXPECT_EQ(events[0].type, 22U);
  EXPECT_EQ(events[0].config, 2U);
  EXPECT_DOUBLE_EQ(events[0].joules_per_count, 2.3283064365386962890625e-10);
  EXPECT_THAT(events[0].cpus, ElementsAre(0, 18));
  EXPECT_EQ(events[1].kind, DeviceKind::kDram);
}

TEST(PerfEnergy, CountsJoulesOfEachSocket) {
  const FakeTree tree;
  put_unit(tree);
  FoundSensors found = perf_sensors(tree.path(), [](const EnergyEvent& event, int cpu) {
    return [count = event.config * 100 + static_cast<std::uint64_t>(cpu)] {
      return std::optional(count);
    };
  });
  ASSERT_EQ(found.sensors.size(), 4U);
  EXPECT_EQ(found.sensors[3].device.name, "dram1");
  EXPECT_DOUBLE_EQ(*found.sensors[3].read(0).energy_j, 159);
}

TEST(PerfEnergy, ReadsNothingFromACounterThatStopsAnswering) {
  const FakeTree tree;
  put_unit(tree);
  FoundSensors found = perf_sensors(tree.path(), [](const EnergyEvent&, int) {
    return [] { return std::optional<std::uint64_t>(); };
  });
  EXPECT_EQ(found.sensors.at(0).read(0), Reading{});
}

TEST(PerfEnergy, PrintsTheFixWhereItIsForbidden) {
  const FakeTree tree;
  put_unit(tree);
  const FoundSensors found = perf_sensors(tree.path(), [](const EnergyEvent&, int) {
    errno = EACCES;
    return CounterReader();
  });
  EXPECT_THAT(found.sensors, IsEmpty());
  EXPECT_THAT(found.problems,
              ElementsAre("perf: reading energy needs a permission; allow it with: sudo sysctl "
                          "kernel.perf_event_paranoid=0"));
}

TEST(PerfEnergy, SaysThatTheKernelHasNone) {
  const FakeTree tree;
  EXPECT_THAT(perf_sensors(tree.path()).problems,
              ElementsAre("perf: the kernel offers no energy events"));
}

TEST(PerfEnergy, SaysWhyTheKernelRefusesAnEvent) {
  EnergyEvent nonsense;
  nonsense.type = 0xfffffff0;
  errno = 0;
  EXPECT_FALSE(open_perf_counter(nonsense, 0));
  EXPECT_NE(errno, 0);
}

}  // namespace
}  // namespace sciwright::energy
