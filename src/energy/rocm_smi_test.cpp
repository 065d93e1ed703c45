#include "energy/rocm_smi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::IsEmpty;

TEST(RocmSmi, ReadsCardsInTheOrderOfTheirNumbers) {
  const auto readings = parse_rocm_smi(R"json({
    "card10": {"Average Graphics Package Power (W)": "90.0"},
    "card2": {"Average Graphics Package Power (W)": "250.0", "GPU use (%)": "95",
              "Accumulated Energy (uJ)": "7000000.0",
              "Temperature (Sensor edge) (C)": "62.0", "Temperature (Sensor junction) (C)": "78.0",
              "VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "10485760",
              "Card Series": "AMD INSTINCT MI250"},
    "system": {"Driver version": "6.2.4"}})json");
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(readings[0].first, (Device{"gpu2", "rocm-smi", DeviceKind::kGpu, "AMD INSTINCT MI250",
                                       Origin::kMeasured}));
  const Reading& first = readings[0].second;
  EXPECT_EQ(first.power_w, 250.0);
  EXPECT_DOUBLE_EQ(*first.energy_j, 7);
  EXPECT_EQ(first.temperature_c, 78.0);
  EXPECT_DOUBLE_EQ(*first.utilization_fraction, 0.95);
  EXPECT_EQ(first.memory_total_bytes, 68'702'699'520);
  EXPECT_EQ(readings[1].first.name, "gpu10");
}

TEST(RocmSmi, ReadsTheNewerNameAndPlainNumbers) {
  const auto readings =
      parse_rocm_smi(R"json({"card0": {"Current Socket Graphics Package Power (W)": 141.5}})json");
  EXPECT_EQ(readings.at(0).second.power_w, 141.5);
}

TEST(RocmSmi, HasNoPowerWhereItIsNotAvailable) {
  const auto readings =
      parse_rocm_smi(R"json({"card0": {"Average Graphics Package Power (W)": "N/A"}})json");
  EXPECT_EQ(readings.at(0).second, Reading{});
}

TEST(RocmSmi, TakesNothingFromOtherText) {
  EXPECT_THAT(parse_rocm_smi("WARNING: No AMD GPUs specified"), IsEmpty());
  EXPECT_THAT(parse_rocm_smi("[1]"), IsEmpty());
}

}  // namespace
}  // namespace sciwright::energy
