#include "earthquake/data/forecast_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"
#include "earthquake/data/catalogue_writer.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/test_dataset.h"

namespace sciwright::earthquake {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMsPerDay = 86'400'000;
constexpr int kNum = 130;  // Complete fortnights of the catalogue.

/// An event in pixel 1 on the third day of every fortnight from 6 on, and one three days after the
/// last complete fortnight.
std::vector<Event> test_events() {
  std::vector<Event> events;
  for (int k = 6; k <= kNum; ++k) {
    events.push_back({.time_ms = (fortnight_start(k) + 2) * kMsPerDay,
                      .latitude_deg = pixel_latitude_deg(1),
                      .longitude_deg = pixel_longitude_deg(1),
                      .depth_km = 5,
                      .magnitude = 2 + 0.01 * k});
  }
  return events;
}

/// The forecast of a model that was trained on the 120 fortnights of test_dataset().
class ForecastDataTest : public testing::Test {
 protected:
  ForecastDataTest() {
    settings_.data.catalog = folder_.path() / "c.csv";
    settings_.data.cache = false;
    write_catalogue(settings_.data.catalog, test_events());
  }
  ForecastData load(const std::string& from) const {
    return load_forecast_data(settings_, facts_, from, 1, [](const std::string&) {});
  }
  std::string error(const std::string& from) const {
    try {
      load(from);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      return error.what();
    }
    return "";
  }

  TemporaryDirectory folder_;
  Settings settings_;
  TrainingFacts facts_ = training_facts(settings_, test_dataset());
};

TEST_F(ForecastDataTest, KnowsTheCatalogueToItsLastCompleteFortnight) {
  const ForecastData data = load("");
  EXPECT_EQ(data.dataset.fortnights.num(), kNum);
  EXPECT_EQ(data.dataset.history.num_fortnights(), kNum);
  EXPECT_EQ(data.dataset.protocol.axis.last_input(data.sequence()), kNum - 1);
  EXPECT_EQ(data.note, "");
}

TEST_F(ForecastDataTest, KnowsNothingFromTheFirstDayOn) {
  const ForecastData data = load(iso_date(fortnight_start(100)));
  EXPECT_EQ(data.dataset.fortnights.num(), 100);
  EXPECT_NEAR(data.dataset.history.magnitude(1).at(1, 99), 2.99, 1e-3);
  EXPECT_EQ(data.dataset.protocol.axis.last_input(data.sequence()), 99);
  EXPECT_EQ(data.newest.num(), kNum);
}

TEST_F(ForecastDataTest, TakesTheWholeFortnightBeforeADayInsideOneAndSaysSo) {
  const ForecastData data = load(iso_date(fortnight_start(100) + 5));
  EXPECT_EQ(data.dataset.fortnights.num(), 100);
  EXPECT_EQ(data.note, iso_date(fortnight_start(100) + 5) +
                           " lies inside a fortnight: the forecast begins on " +
                           iso_date(fortnight_start(100)) + "\n");
}

TEST_F(ForecastDataTest, KeepsWhatTheModelWasTrainedWith) {
  const Dataset trained = test_dataset();
  const Dataset d = load("").dataset;
  EXPECT_EQ(d.split.locs, trained.split.locs);
  EXPECT_EQ(d.scales[4].max, trained.scales[4].max);
  EXPECT_EQ(d.means.values, trained.means.values);
  EXPECT_EQ(d.faults[0][1], 1);
  EXPECT_EQ(d.num_time_points, num_time_points(120));
  EXPECT_EQ(d.protocol.fit.end, 120);
}

TEST_F(ForecastDataTest, RefusesADayAfterTheCatalogue) {
  EXPECT_THAT(
      error("1990-01-01"),
      AllOf(HasSubstr("--from 1990-01-01"),
            HasSubstr("can begin on " + iso_date(fortnight_start(kNum)) + " at the latest")));
}

TEST_F(ForecastDataTest, RefusesADayBeforeTheFirstEvent) {
  EXPECT_THAT(error("1950-03-01"), HasSubstr("the catalogue's first event is of 1950-03-31"));
}

TEST_F(ForecastDataTest, RefusesADayWithTooFewFortnightsBefore) {
  EXPECT_THAT(error(iso_date(fortnight_start(50))),
              AllOf(HasSubstr("50 fortnights since 1950-01-04 are known"),
                    HasSubstr("begins on " + iso_date(fortnight_start(51)))));
  EXPECT_EQ(error(iso_date(fortnight_start(51))), "");
}

TEST_F(ForecastDataTest, RefusesACatalogueTooShortForTheEncoder) {
  std::vector<Event> events = test_events();
  events.resize(20);
  write_catalogue(settings_.data.catalog, events);
  EXPECT_THAT(error(""), AllOf(HasSubstr("the catalogue: 25 fortnights"),
                               HasSubstr("the model reads 26 and a year before them")));
}

TEST_F(ForecastDataTest, RefusesWhatIsNoDate) {
  EXPECT_THAT(error("2019-02-30"), HasSubstr("'2019-02-30' is not a date"));
}

}  // namespace
}  // namespace sciwright::earthquake
