#include "earthquake/data/etas.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "earthquake/data/catalogue_reader.h"
#include "earthquake/data/catalogue_writer.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMsPerDay = 86'400'000;

/// The embedded default, simulated once.
const Catalogue& default_catalogue() {
  static const Catalogue catalogue = simulate_etas({});
  return catalogue;
}

/// A few years, so that tests are quick.
EtasSettings short_settings() {
  EtasSettings settings;
  settings.start_date = "1990-01-01";
  settings.end_date = "1994-12-31";
  settings.burn_in_years = 5;
  return settings;
}

/// Everything that happens is recorded, wherever aftershocks do not leave the box.
EtasSettings fully_recorded() {
  EtasSettings settings = short_settings();
  settings.detection = {{1900, -10}};
  settings.min_magnitude = 2.5;
  settings.background_per_year = 1000;
  return settings;
}

/// The rule for active pixels (at least 7.1 large events, or 34.1 in the block of 3 × 3).
int num_active_pixels(const Catalogue& catalogue, std::int64_t end_day) {
  std::array<int, kGridPixels> counts{};
  for (const Event& event : catalogue.events) {
    if (event.magnitude < 3.29 || event.time_ms >= end_day * kMsPerDay) continue;
    ++counts[static_cast<std::size_t>(*pixel_of(event.latitude_deg, event.longitude_deg))];
  }
  int num_active = 0;
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const int row = std::clamp(loc / kGridColumns - 1, 0, kGridRows - 3);
    const int column = std::clamp(loc % kGridColumns - 1, 0, kGridColumns - 3);
    int block = 0;
    for (int i = 0; i < 9; ++i) {
      block += counts[static_cast<std::size_t>((row + i / 3) * kGridColumns + column + i % 3)];
    }
    num_active += counts[static_cast<std::size_t>(loc)] >= 7.1 || block >= 34.1 ? 1 : 0;
  }
  return num_active;
}

TEST(SimulateEtas, GivesTheEmbeddedDefaultTheShapeOfTheRealCatalogue) {
  const Catalogue& catalogue = default_catalogue();
  EXPECT_GT(catalogue.events.size(), 100'000U);
  EXPECT_LT(catalogue.events.size(), 500'000U);
  const int num_active = num_active_pixels(catalogue, days_from_civil(2020, 1, 1));
  EXPECT_GE(num_active, 400);
  EXPECT_LE(num_active, 500);
  EXPECT_EQ(utc_iso8601(catalogue.events.front().time_ms * 1'000'000).substr(0, 7), "1950-01");
  EXPECT_EQ(utc_iso8601(catalogue.events.back().time_ms * 1'000'000).substr(0, 7), "2026-08");
}

TEST(SimulateEtas, GivesEqualCataloguesForEqualSettings) {
  const Catalogue a = simulate_etas(short_settings());
  const Catalogue b = simulate_etas(short_settings());
  ASSERT_EQ(a.events.size(), b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    ASSERT_EQ(a.events[i].time_ms, b.events[i].time_ms);
    ASSERT_EQ(a.events[i].magnitude, b.events[i].magnitude);
  }
  EXPECT_EQ(a.content_hash, b.content_hash);
}

TEST(SimulateEtas, ChangesWithTheSeed) {
  EtasSettings other = short_settings();
  other.seed = 2;
  const Catalogue a = simulate_etas(short_settings());
  const Catalogue b = simulate_etas(other);
  EXPECT_NE(a.content_hash, b.content_hash);
  EXPECT_NE(a.events.front().time_ms, b.events.front().time_ms);
}

TEST(SimulateEtas, IsUnchangedByWritingAndReading) {
  const TemporaryDirectory folder;
  const Catalogue made = simulate_etas(short_settings());
  write_catalogue(folder.path() / "c.csv", made.events);
  const Catalogue read = read_catalogue(folder.path() / "c.csv");
  ASSERT_EQ(read.events.size(), made.events.size());
  for (std::size_t i = 0; i < made.events.size(); ++i) {
    ASSERT_EQ(read.events[i].time_ms, made.events[i].time_ms);
    ASSERT_EQ(read.events[i].latitude_deg, made.events[i].latitude_deg);
    ASSERT_EQ(read.events[i].longitude_deg, made.events[i].longitude_deg);
    ASSERT_EQ(read.events[i].depth_km, made.events[i].depth_km);
    ASSERT_EQ(read.events[i].magnitude, made.events[i].magnitude);
  }
}

TEST(SimulateEtas, HasOnlyTheBackgroundWithoutBranching) {
  EtasSettings settings = fully_recorded();
  settings.branching_ratio = 0;
  settings.num_faults = 0;
  // 5 years of 1000, Poisson; five standard deviations.
  EXPECT_NEAR(static_cast<double>(simulate_etas(settings).events.size()), 5000, 354);
}

TEST(SimulateEtas, MultipliesTheBackgroundAsTheBranchingRatioSays) {
  EtasSettings settings = fully_recorded();
  settings.branching_ratio = 0.5;
  settings.num_faults = 0;
  settings.productivity = 1;
  settings.log10_tau_days = 1;  // the whole of every sequence lies in the span
  // Each event has 1 / (1 - 0.5) descendants with itself. About 2 % of the aftershocks leave the
  // box and some start after the end.
  EXPECT_NEAR(static_cast<double>(simulate_etas(settings).events.size()), 10000, 600);
}

TEST(SimulateEtas, DrawsMagnitudesAfterGutenbergAndRichter) {
  const Catalogue catalogue = simulate_etas(fully_recorded());
  double sum = 0;
  for (const Event& event : catalogue.events) sum += event.magnitude - 2.5;
  // Aki's estimate, beta = 1 / (mean(m) - min); rounding to 0.01 shifts nothing that matters here.
  EXPECT_NEAR(static_cast<double>(catalogue.events.size()) / sum, 2.147, 0.06);
}

TEST(SimulateEtas, LetsAftershocksFollowTheLargestEvent) {
  const Catalogue& catalogue = default_catalogue();
  const auto largest =
      std::max_element(catalogue.events.begin(), catalogue.events.end(),
                       [](const Event& a, const Event& b) { return a.magnitude < b.magnitude; });
  const auto num_within = [&](double first_day, double last_day) {
    return std::count_if(catalogue.events.begin(), catalogue.events.end(), [&](const Event& e) {
      const double days = static_cast<double>(e.time_ms - largest->time_ms) / kMsPerDay;
      return days > first_day && days < last_day &&
             std::abs(e.latitude_deg - largest->latitude_deg) < 0.5;
    });
  };
  EXPECT_GT(num_within(0, 1), 10 * num_within(-30, 0));
  EXPECT_GT(num_within(0, 1), num_within(1, 2));
}

TEST(SimulateEtas, RecordsMoreSmallEventsAsTheNetworkGrows) {
  const Catalogue& catalogue = default_catalogue();
  const auto num_small = [&](int first_year, int last_year) {
    const std::int64_t begin = days_from_civil(first_year, 1, 1) * kMsPerDay;
    const std::int64_t end = days_from_civil(last_year, 1, 1) * kMsPerDay;
    return std::count_if(catalogue.events.begin(), catalogue.events.end(), [&](const Event& e) {
      return e.magnitude < 2 && e.time_ms >= begin && e.time_ms < end;
    });
  };
  EXPECT_LT(num_small(1950, 1970), num_small(1980, 2000) / 20);
}

TEST(SimulateEtas, ReportsAllBadSettingsAtOnce) {
  EtasSettings settings;
  settings.branching_ratio = 1;
  settings.end_date = "1949-12-31";
  try {
    simulate_etas(settings);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_STREQ(error.what(),
                 "synthetic.branching_ratio is 1, must be at least 0 and below 1\n"
                 "synthetic.end_date is 1949-12-31, must not be before 1950-01-01");
  }
}

TEST(SimulateEtas, StopsAProcessThatRunsAway) {
  EtasSettings settings;
  settings.background_per_year = 1e6;
  try {
    simulate_etas(settings);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("more than 20000000"));
  }
}

}  // namespace
}  // namespace sciwright::earthquake
