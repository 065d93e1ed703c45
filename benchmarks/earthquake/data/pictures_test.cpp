#include "earthquake/data/pictures.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "earthquake/data/map_pictures.h"
#include "earthquake/data/score_pictures.h"
#include "earthquake/data/series_pictures.h"
#include "earthquake/data/test_dataset.h"

namespace sciwright::earthquake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A run that forecast two parameters by persistence.
struct TestRun {
  Dataset dataset = test_dataset();
  std::vector<PredictionParameter> parameters = {scored_parameters()[0], scored_parameters()[7]};
  std::vector<Forecast> forecasts;
  std::vector<ScoreRow> rows;

  TestRun() {
    const BaselineTask task = dataset.baseline_task(1);
    for (const PredictionParameter& parameter : parameters) {
      forecasts.push_back(persistence(task, parameter));
    }
    rows = score_rows({.task = task,
                       .split = dataset.split,
                       .scales = dataset.scales,
                       .forecasts = forecasts,
                       .parameters = parameters});
  }
  PictureTask task(int num_threads = 1) const {
    return {.dataset = dataset,
            .forecast_name = "tft",
            .parameters = parameters,
            .forecasts = forecasts,
            .rows = rows,
            .history = {{1, 0.5, 0.6}, {2, 0.3, 0.4}, {3, 0.2, 0.45}},
            .num_threads = num_threads};
  }
};

std::vector<std::string> file_names(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  for (const std::filesystem::path& path : sorted_entries(folder)) out.push_back(path.filename());
  return out;
}

template <class Layer>
const Layer& layer(const plot::Panel& panel, const std::string& name) {
  for (const plot::Layer& each : panel.layers) {
    if (const Layer* found = std::get_if<Layer>(&each); found != nullptr && found->name == name) {
      return *found;
    }
  }
  throw std::runtime_error("no layer " + name);
}

TEST(Pictures, AreWrittenUnderStableNames) {
  const TestRun run;
  const TemporaryDirectory folder;
  write_pictures(run.task(2), folder.path() / "plots");
  EXPECT_THAT(file_names(folder.path() / "plots"),
              ElementsAre("activity.png", "activity.svg", "faults.png", "faults.svg",
                          "forecast_next_2_weeks_now.png", "forecast_next_2_weeks_now.svg",
                          "forecast_year_back_2wk_7.png", "forecast_year_back_2wk_7.svg",
                          "gilbert_curve.png", "gilbert_curve.svg", "loss.png", "loss.svg",
                          "nnse.png", "nnse.svg", "nnse_map.png", "nnse_map.svg", "observables.png",
                          "observables.svg", "pixels.png", "pixels.svg"));
}

TEST(Pictures, AreTheSameOnAnyNumberOfThreads) {
  const TestRun run;
  const TemporaryDirectory folder;
  write_pictures(run.task(1), folder.path() / "one");
  write_pictures(run.task(3), folder.path() / "three");
  for (const std::string& name : file_names(folder.path() / "one")) {
    EXPECT_EQ(read_file(folder.path() / "one" / name), read_file(folder.path() / "three" / name))
        << name;
  }
}

TEST(Pictures, NeedNoHistory) {
  const TestRun run;
  const TemporaryDirectory folder;
  PictureTask task = run.task();
  task.history.clear();
  write_pictures(task, folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "loss.svg"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "nnse.svg"));
}

TEST(Pictures, SumNormalisedMagnitudesOfEachGroup) {
  const TestRun run;
  const plot::Figure figure = forecast_picture(run.task(), 0);
  ASSERT_EQ(figure.panels.size(), 2U);
  EXPECT_THAT(figure.panels[0].title, HasSubstr("2 training pixels: average NNSE"));
  const auto& observed = layer<plot::Line>(figure.panels[0], "observed");
  const auto& forecast = layer<plot::Line>(figure.panels[0], "forecast");
  const auto& error = layer<plot::Line>(figure.panels[0], "observed − forecast");
  const QuantityStatistics& scale = run.dataset.scales[4];
  // Sequence 3 reads up to fortnight 53; the target is the next.
  const auto& magnitude = run.dataset.history.magnitude(1);
  EXPECT_NEAR(observed.y[3],
              scale.normalised(magnitude.at(0, 54)) + scale.normalised(magnitude.at(1, 54)), 1e-6);
  EXPECT_DOUBLE_EQ(observed.x[3], static_cast<double>(fortnight_start(54)) + 7);
  EXPECT_DOUBLE_EQ(error.y[3], observed.y[3] - forecast.y[3]);
}

TEST(Pictures, MarkEarthquakesInsideAndNextToAGroup) {
  TestRun run;
  TopEarthquake beside = run.dataset.top_earthquakes[0];
  beside.latitude_deg = pixel_latitude_deg(kGridColumns + 1);
  beside.longitude_deg = pixel_longitude_deg(kGridColumns + 1);
  TopEarthquake far = beside;
  far.longitude_deg = pixel_longitude_deg(20);
  run.dataset.top_earthquakes.push_back(beside);
  run.dataset.top_earthquakes.push_back(far);
  const plot::Figure figure = forecast_picture(run.task(), 0);
  using plot::VerticalMarks;
  EXPECT_EQ(layer<VerticalMarks>(figure.panels[0], "earthquake inside").marks.size(), 1U);
  EXPECT_EQ(layer<VerticalMarks>(figure.panels[0], "next to").marks.size(), 1U);
  EXPECT_EQ(layer<VerticalMarks>(figure.panels[1], "next to").marks.size(), 1U);
}

TEST(Pictures, HaveOnePanelWherePixelsAreNotSplit) {
  TestRun run;
  run.dataset.protocol.splits_pixels = false;
  const plot::Figure figure = forecast_picture(run.task(), 0);
  ASSERT_EQ(figure.panels.size(), 1U);
  EXPECT_THAT(figure.panels[0].title, HasSubstr("3 pixels: average NNSE"));
}

TEST(Pictures, MapTheNnseOfEachPixel) {
  TestRun run;
  const plot::Figure figure = nnse_map_picture(run.task());
  ASSERT_EQ(figure.panels.size(), 2U);
  const auto& map = std::get<plot::Heatmap>(figure.panels[1].layers[0]);
  const double mean = (map.values[0] + map.values[1] + map.values[2]) / 3;
  EXPECT_NEAR(mean, run.rows[1].model->all.average_nnse, 1e-9);
  EXPECT_TRUE(std::isnan(map.values[3]));
}

TEST(Pictures, MapAnOutlookAndWhatItExpectsBeyondClimatology) {
  const Outlook outlook{.model = "tft",
                        .split = {.locs = {0, 9}, .is_validation = {0, 0}},
                        .rows = {{.parameter = scored_parameters()[0],
                                  .forecast = {1.5F, 1},
                                  .trivial = {{"climatology", {1, 1.25F}}}}}};
  const plot::Figure forecast = outlook_picture(outlook);
  ASSERT_EQ(forecast.panels.size(), 1U);
  EXPECT_THAT(forecast.panels[0].title, HasSubstr("Next 2 weeks Now"));
  const auto& map = std::get<plot::Heatmap>(forecast.panels[0].layers[0]);
  EXPECT_EQ(map.values[0], 1.5);
  EXPECT_TRUE(std::isnan(map.values[1]));
  const plot::Figure excess = outlook_excess_picture(outlook);
  const auto& difference = std::get<plot::Heatmap>(excess.panels[0].layers[0]);
  EXPECT_EQ(difference.values[9], -0.25);
  EXPECT_EQ(difference.low, -0.5);
  EXPECT_EQ(difference.high, 0.5);
}

TEST(Pictures, ShowModelAndBaselinesWithTheOverlap) {
  const TestRun run;
  const plot::Figure figure = nnse_picture(run.rows, "tft");
  ASSERT_EQ(figure.panels.size(), 1U);
  EXPECT_THAT(figure.panels[0].x.categories,
              ElementsAre("Next 2 weeks Now (0/1)", "Year Back 2wk+7 (19/26)"));
  const auto& bars = std::get<plot::Bars>(figure.panels[0].layers[0]);
  ASSERT_EQ(bars.series.size(), 1 + baselines().size());
  EXPECT_EQ(bars.series[0].name, "tft");
  EXPECT_EQ(bars.series[0].heights[1], run.rows[1].model->all.average_nnse);
}

TEST(Pictures, ReadTheLossesOfARun) {
  const TemporaryDirectory folder;
  const std::filesystem::path path = folder.path() / "history.csv";
  EXPECT_TRUE(read_epoch_losses(path).empty());
  write_file_atomic(path, "epoch,train_loss,validation_loss\n1,0.5,\n2,0.25,0.375\n");
  const std::vector<EpochLoss> losses = read_epoch_losses(path);
  ASSERT_EQ(losses.size(), 2U);
  EXPECT_FALSE(losses[0].validation);
  EXPECT_EQ(losses[1].epoch, 2);
  EXPECT_EQ(losses[1].train, 0.25);
  EXPECT_EQ(losses[1].validation, 0.375);
}

TEST(Pictures, MarkTheBestEpoch) {
  const plot::Figure figure = loss_picture(TestRun().task().history);
  const auto& label = std::get<plot::PointLabel>(figure.panels[0].layers.back());
  EXPECT_EQ(label.x, 2);
  EXPECT_EQ(label.text, "best 0.4");
}

}  // namespace
}  // namespace sciwright::earthquake
