#include "energy/powercap.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/fake_tree.h"
#include "energy/test_sensors.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;
const std::string kRoot = "sys/class/powercap/";

void put_zone(const FakeTree& tree, const std::string& zone, const std::string& name,
              const std::string& energy_uj) {
  tree.put_all(kRoot, {{zone + "/name", name},
                       {zone + "/energy_uj", energy_uj},
                       {zone + "/max_energy_range_uj", "262143328850"}});
}

TEST(Powercap, FindsPackagesDramAndPlatformButNoCores) {
  const FakeTree tree;
  put_zone(tree, "intel-rapl:0", "package-0", "1000000");
  put_zone(tree, "intel-rapl:0/intel-rapl:0:0", "core", "400000");
  put_zone(tree, "intel-rapl:0/intel-rapl:0:1", "dram", "200000");
  put_zone(tree, "intel-rapl:1", "package-1", "3000000");
  put_zone(tree, "intel-rapl:1/intel-rapl:1:0", "dram", "300000");
  put_zone(tree, "intel-rapl:2", "psys", "9000000");
  FoundSensors found = powercap_sensors(tree.path());
  EXPECT_THAT(device_names(found), ElementsAre("cpu0", "cpu1", "dram0", "dram1", "platform"));
  EXPECT_THAT(found.problems, IsEmpty());
  EXPECT_DOUBLE_EQ(*found.sensors[3].read(0).energy_j, 0.3);
}

TEST(Powercap, CountsAPackageOnceThatTwoRootsShow) {
  const FakeTree tree;
  put_zone(tree, "intel-rapl:0", "package-0", "1000000");
  put_zone(tree, "intel-rapl-mmio:0", "package-0", "1000000");
  EXPECT_THAT(device_names(powercap_sensors(tree.path())), ElementsAre("cpu0"));
}

TEST(Powercap, GoesOnCountingOverTheWrap) {
  const FakeTree tree;
  put_zone(tree, "intel-rapl:0", "package-0", "262143000000");
  FoundSensors found = powercap_sensors(tree.path());
  const double before_j = *found.sensors[0].read(0).energy_j;
  tree.put(kRoot + "intel-rapl:0/energy_uj", "99671150");
  EXPECT_NEAR(*found.sensors[0].read(kSecond).energy_j - before_j, 100, 1e-6);
}

TEST(Powercap, ReadsNothingFromAZoneThatVanished) {
  const FakeTree tree;
  put_zone(tree, "intel-rapl:0", "package-0", "1000000");
  FoundSensors found = powercap_sensors(tree.path());
  tree.remove(kRoot + "intel-rapl:0");
  EXPECT_EQ(found.sensors[0].read(kSecond), Reading{});
}

TEST(Powercap, PrintsTheFixForAForbiddenCounterAndKeepsTheOthers) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read every file";
  const FakeTree tree;
  put_zone(tree, "intel-rapl:0", "package-0", "1000000");
  put_zone(tree, "intel-rapl:1", "package-1", "1000000");
  const auto file = tree.path() / kRoot / "intel-rapl:0/energy_uj";
  std::filesystem::permissions(file, std::filesystem::perms::none);
  const FoundSensors found = powercap_sensors(tree.path());
  EXPECT_THAT(device_names(found), ElementsAre("cpu1"));
  ASSERT_EQ(found.unread.size(), 1U);
  EXPECT_EQ(found.unread[0].name, "cpu0");
  EXPECT_EQ(found.unread[0].problem, "powercap: " + file.string() +
                                         " may be read by root only; allow it with: sudo chmod "
                                         "a+r " +
                                         file.string());
}

TEST(Powercap, SaysThatACounterIsNoNumber) {
  const FakeTree tree;
  put_zone(tree, "intel-rapl:0", "package-0", "N/A");
  const FoundSensors found = powercap_sensors(tree.path());
  ASSERT_EQ(found.unread.size(), 1U);
  EXPECT_THAT(found.unread[0].problem, HasSubstr("intel-rapl:0/energy_uj holds no number"));
}

TEST(Powercap, SaysWhyThereIsNone) {
  const FakeTree tree;
  EXPECT_THAT(powercap_sensors(tree.path()).problems,
              ElementsAre("powercap: there is no " + tree.path().string() + "/sys/class/powercap"));
}

}  // namespace
}  // namespace sciwright::energy
