#include "earthquake/data/outlook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "earthquake/data/observations.h"
#include "earthquake/data/test_dataset.h"

namespace sciwright::earthquake {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kKnown = 90;  // Of the 120 fortnights of test_dataset().

/// The test data set as it is known before fortnight 90.
ForecastData test_forecast_data() {
  ForecastData out{.dataset = test_dataset(), .newest = test_dataset().fortnights, .note = {}};
  Dataset& d = out.dataset;
  Fortnights& all = out.newest;
  d.fortnights = {.energy = {kGridPixels, kKnown, 14.0},
                  .depth_km = {kGridPixels, kKnown},
                  .num_events = {kGridPixels, kKnown},
                  .num_large = {kGridPixels, kKnown}};
  for (int loc = 0; loc < 3; ++loc) {
    std::ranges::copy(all.energy.row(loc).first(kKnown), d.fortnights.energy.row(loc).begin());
  }
  d.history = pixel_history(d.fortnights, d.split.locs, decoder_parameters(), 1);
  d.protocol.axis.num_fortnights = kKnown + 1;
  return out;
}

Forecast constant(float first, float second, float third) {
  Forecast out(3, 1);
  out.values = {first, second, third};
  return out;
}

Outlook test_outlook() {
  return make_outlook(test_forecast_data(), "tft",
                      {scored_parameters()[0], scored_parameters()[15]},
                      {constant(1.5F, 2.5F, 2), constant(3, 3, 3)}, 1);
}

TEST(Outlook, HasTheDaysOfEachWindow) {
  const Outlook outlook = test_outlook();
  EXPECT_EQ(outlook.last_input_day, fortnight_start(90) - 1);
  EXPECT_EQ(outlook.rows[0].first_day, fortnight_start(90));
  EXPECT_EQ(outlook.rows[0].last_day, fortnight_start(91) - 1);
  EXPECT_EQ(outlook.rows[1].first_day, fortnight_start(90));  // Year Back 2wk+26.
  EXPECT_EQ(outlook.rows[1].last_day, fortnight_start(116) - 1);
}

TEST(Outlook, ForecastsTriviallyAsARunDoesForTheSameSequence) {
  const Outlook outlook = test_outlook();
  const Dataset whole = test_dataset();
  const int sequence = whole.protocol.axis.sequence_of(kKnown - 1);
  const Forecast expected = climatology(whole.baseline_task(1), scored_parameters()[15]);
  ASSERT_EQ(outlook.rows[1].trivial[0].first, "climatology");
  for (int p = 0; p < 3; ++p) {
    EXPECT_EQ(outlook.rows[1].trivial[0].second[static_cast<std::size_t>(p)],
              expected.at(p, sequence));
  }
}

TEST(Outlook, ShowsWhatCameWhereItIsKnown) {
  const Dataset whole = test_dataset();
  const int sequence = whole.protocol.axis.sequence_of(kKnown - 1);
  const Forecast expected =
      observations(whole.history, whole.protocol.axis, scored_parameters()[15]);
  const Outlook outlook = test_outlook();
  ASSERT_EQ(outlook.rows[1].observed.size(), 3U);
  EXPECT_EQ(outlook.rows[1].observed[2], expected.at(2, sequence));

  ForecastData newest = test_forecast_data();
  newest.newest = newest.dataset.fortnights;
  EXPECT_TRUE(make_outlook(newest, "tft", {scored_parameters()[0]}, {constant(1, 1, 1)}, 1)
                  .rows[0]
                  .observed.empty());
}

TEST(Outlook, IsATableOfPixels) {
  Outlook outlook{.model = "tft",
                  .split = {.locs = {0, 61}, .is_validation = {0, 1}},
                  .last_input_day = fortnight_start(90) - 1,
                  .rows = {{.parameter = scored_parameters()[0],
                            .first_day = fortnight_start(90),
                            .last_day = fortnight_start(91) - 1,
                            .forecast = {1.5F, 2.25F},
                            .trivial = {{"climatology", {1, 2}},
                                        {"persistence", {0.75F, 3}},
                                        {"overlap_mean", {1, 0.1F}}}}}};
  EXPECT_EQ(outlook_csv(outlook),
            "parameter,loc,latitude,longitude,validation,first_day,last_day,last_input_day,window,"
            "step,shared,forecast,climatology,persistence,overlap_mean,observed\n"
            "Next 2 weeks Now,0,35.95,-119.95,0,1953-06-17,1953-06-30,1953-06-16,1,1,0,1.5,1,0.75,"
            "1,\n"
            "Next 2 weeks Now,61,35.85,-119.85,1,1953-06-17,1953-06-30,1953-06-16,1,1,0,2.25,2,3,"
            "0.1,\n");
}

TEST(Outlook, TellsPeopleTheWindowsAndTheHighestPixels) {
  const std::string text = outlook_text(test_outlook());
  EXPECT_THAT(text, AllOf(HasSubstr("Forecast by tft from 1953-06-17 on; it knows what happened up "
                                    "to 1953-06-16."),
                          HasSubstr("not how\nlikely any earthquake is"),
                          HasSubstr("Next 2 weeks Now  1953-06-17  1953-06-30     0/1  6.0  2.000"),
                          HasSubstr("The 3 pixels with the highest forecast of \"Next 2 weeks "
                                    "Now\", 1953-06-17 to 1953-06-30")));
  EXPECT_LT(text.find("2.500"), text.find("1.500"));
}

TEST(Outlook, ScoresWhatHasBeenObservedBesideTrivialForecasts) {
  Outlook outlook = test_outlook();
  outlook.rows[0].observed = {1.5F, 2.5F, 4};
  outlook.rows[1].observed.clear();
  const nlohmann::json scores = outlook_scores(outlook);
  ASSERT_EQ(scores.size(), 1U);
  EXPECT_EQ(scores[0]["parameter"], "Next 2 weeks Now");
  EXPECT_DOUBLE_EQ(scores[0]["mse"].get<double>(), 4.0 / 3);
  EXPECT_DOUBLE_EQ(scores[0]["mae"].get<double>(), 2.0 / 3);
  EXPECT_GT(scores[0]["baselines"]["persistence"]["mse"], 0);
}

}  // namespace
}  // namespace sciwright::earthquake
