#include "energy/ipmi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::IsEmpty;

TEST(Ipmi, ReadsIpmitool) {
  const auto readings = parse_ipmi_power(
      "\n"
      "    Instantaneous power reading:                   220 Watts\n"
      "    Minimum during sampling period:                  8 Watts\n"
      "    Maximum during sampling period:                436 Watts\n"
      "    Average power reading over sample period:      212 Watts\n"
      "    IPMI timestamp:                           11/22/26 00:04:28 UTC    Sampling period:  "
      "                       00000001 Seconds.\n"
      "    Power reading state is:                   activated\n");
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_EQ(readings[0].first.kind, DeviceKind::kNode);
  EXPECT_EQ(readings[0].second.power_w, 220.0);
}

TEST(Ipmi, ReadsFreeIpmi) {
  const auto readings = parse_ipmi_power(
      "Current Power                        : 285 Watts\n"
      "Minimum Power over sampling duration : 12 watts\n"
      "Power Measurement                    : Active\n");
  EXPECT_EQ(readings.at(0).second.power_w, 285.0);
}

TEST(Ipmi, TakesNothingFromAMeterThatIsOff) {
  EXPECT_THAT(parse_ipmi_power("    Instantaneous power reading:    0 Watts\n"
                               "    Power reading state is:         deactivated\n"),
              IsEmpty());
}

TEST(Ipmi, TakesNothingFromOtherText) {
  EXPECT_THAT(parse_ipmi_power("DCMI request failed because: Invalid command (c1)\n"), IsEmpty());
}

}  // namespace
}  // namespace sciwright::energy
