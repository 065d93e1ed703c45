#include "energy/tariff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/test_traces.h"

namespace sciwright::energy {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kHourNs = 3600 * kSecondNs;

/// A price table in a folder of its own.
class TariffFile : public testing::Test {
 protected:
  Tariff read(const std::string& text) const {
    write_file_atomic(directory_.path() / "prices.yaml", text);
    return read_tariff(directory_.path() / "prices.yaml");
  }
  std::string message_for(const std::string& text) const {
    try {
      read(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  TemporaryDirectory directory_;
};

TEST_F(TariffFile, IsRead) {
  const Tariff tariff = read(
      "currency: USD\npue: 1.3\nutc_offset_hours: -5\nsource: contract of 2026\n"
      "prices: {'06:30': 0.3, '22:00': 0.2}\n");
  EXPECT_EQ(tariff.currency, "USD");
  EXPECT_EQ(tariff.pue, 1.3);
  EXPECT_EQ(tariff.utc_offset_h, -5);
  EXPECT_EQ(tariff.source, "contract of 2026");
  EXPECT_EQ(tariff.price_per_kwh, (std::map<int, double>{{390, 0.3}, {1320, 0.2}}));
}

TEST_F(TariffFile, MayHoldOnePrice) {
  EXPECT_EQ(read("prices: 0.25\n").price_per_kwh, (std::map<int, double>{{0, 0.25}}));
}

TEST_F(TariffFile, LeavesThePueToTheCallerWhereItSaysNone) {
  write_file_atomic(directory_.path() / "prices.yaml", "prices: 0.25\n");
  EXPECT_EQ(read_tariff(directory_.path() / "prices.yaml", 1.5).pue, 1.5);
  write_file_atomic(directory_.path() / "prices.yaml", "prices: 0.25\npue: 1.2\n");
  EXPECT_EQ(read_tariff(directory_.path() / "prices.yaml", 1.5).pue, 1.2);
}

TEST_F(TariffFile, ReportsAllProblemsAtOnce) {
  const std::string message =
      message_for("curency: EUR\npue: 0.5\nprices:\n  '25:00': 1\n  '06:00': cheap\n");
  EXPECT_THAT(message, HasSubstr("prices.yaml:1:"));
  EXPECT_THAT(message, HasSubstr("curency is not known; did you mean 'currency'?"));
  EXPECT_THAT(message, HasSubstr("pue is 0.5, expected a number from 1 to 10"));
  EXPECT_THAT(message, HasSubstr("prices.25:00 is no time of day like \"06:00\""));
  EXPECT_THAT(message, HasSubstr("prices.06:00 is \"cheap\", expected a number"));
}

TEST_F(TariffFile, AsksForPrices) {
  EXPECT_THAT(message_for("pue: 1.2\n"), HasSubstr("lacks 'prices'"));
}

TEST(Cost, CountsEachHourAtItsPrice) {
  Tariff tariff;
  tariff.pue = 1.5;
  tariff.utc_offset_h = 1;
  tariff.price_per_kwh = {{6 * 60, 0.3}, {22 * 60, 0.2}};
  // 1 kW from 20:00 to 23:00 UTC: one hour until 22:00 local, two hours at the night's price.
  std::vector<std::pair<double, std::optional<double>>> samples;
  for (int i = 0; i <= 180; ++i) samples.emplace_back(20 * 3600 + i * 60, 1000);
  const Accounting accounting(power_trace(samples));
  EXPECT_NEAR(*cost(accounting, accounting.whole(), tariff), 1.5 * (0.3 + 2 * 0.2), 1e-9);
}

TEST(Cost, TakesTheLatestPriceOfTheDayBeforeAfterMidnight) {
  Tariff tariff;
  tariff.price_per_kwh = {{6 * 60, 0.3}, {22 * 60, 0.2}};
  const Accounting accounting(power_trace({{0, 1000}, {3600, 1000}}));
  EXPECT_NEAR(*cost(accounting, {{0, kHourNs}}, tariff), 0.2, 1e-9);
}

TEST(Cost, IsNotKnownWhereNothingWasMeasured) {
  Tariff tariff;
  tariff.price_per_kwh = {{0, 0.3}};
  EXPECT_EQ(cost(Accounting(Trace()), {{0, kHourNs}}, tariff), std::nullopt);
}

}  // namespace
}  // namespace sciwright::energy
