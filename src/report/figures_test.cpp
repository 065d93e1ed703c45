#include "report/figures.h"

#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "plot/render.h"
#include "report/load.h"
#include "report/published.h"

namespace sciwright::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Eight runs whose training loss falls below the validation loss at epoch 3.
RunSet runs() {
  RunSet set;
  for (int i = 0; i < 8; ++i) {
    const double shift = i * 0.001;
    add_published(
        "t.jsonl",
        fmt::format(R"({{"card": "a100", "epochs": 3, "repeat": {}, "training": )"
                    R"({{"history": {{"loss": [0.9, 0.6, {}], "val_loss": [0.8, 0.5, 0.5]}}}}, )"
                    R"("inference": {{"avg_accuracy": {}}}}})",
                    i, 0.3 + shift, 0.8 + shift),
        set);
  }
  return set;
}

Leaderboard board_of(const RunSet& set) {
  return rank_groups(set, group_runs(set, {.metrics = {"accuracy"}, .keys = {"card"}}),
                     {.first = campaign::Direction::kHigher});
}

std::vector<std::string> names_of(const std::vector<NamedFigure>& figures) {
  std::vector<std::string> out;
  for (const NamedFigure& one : figures) out.push_back(one.name);
  return out;
}

TEST(Figures, AreThoseThatTheRunsTellOf) {
  const RunSet set = runs();
  const Leaderboard board = board_of(set);
  EXPECT_THAT(names_of(make_figures(set, &board, {"all"})), ElementsAre("losses", "top", "sorted"));
  EXPECT_THAT(names_of(make_figures(set, &board, {"figure7", "losses"})), ElementsAre("losses"));
}

TEST(Figures, NameTheNearestOfAnUnknownOne) {
  try {
    make_figures(runs(), nullptr, {"loses"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'losses'?"));
  }
}

TEST(Figures, MarkWhereTheLossesCross) {
  const std::string svg = plot::svg_text(curves_figure(runs(), "loss"));
  EXPECT_THAT(svg, HasSubstr("cross at epoch 3"));
  EXPECT_THAT(svg, HasSubstr("Training and validation loss of 8 runs"));
}

/// Two systems; what a run takes is its setup and five seconds an epoch.
RunSet timed_runs() {
  RunSet set;
  const auto add = [&](const char* system, double epochs, double setup_s) {
    Run run;
    run.labels = {{set.names.add("system"), set.names.add(system)}};
    run.numbers = {{set.names.add("times_s.Total"), setup_s + 5 * epochs + 1},
                   {set.names.add("times_s.Training"), setup_s + 5 * epochs},
                   {set.names.add("epochs_run"), epochs}};
    set.runs.push_back(std::move(run));
  };
  for (const double setup_s : {10, 30}) add("slow", 1, setup_s);
  add("slow", 10, 20);
  add("fast", 1, 1);
  return set;
}

TEST(Figures, ShowManyGroupsInAPanelForEachValueOfTheFirstKey) {
  RunSet set;
  std::string table = "epoch,lr,test_acc\n";
  for (const int epoch : {2, 30}) {
    for (int rate = 0; rate < 21; ++rate) {
      table += fmt::format("{},r{:02},{}\n", epoch, rate, 0.5 + 0.001 * rate + 0.001 * epoch);
    }
  }
  add_published("t.csv", table, set);
  const Leaderboard board =
      rank_groups(set, group_runs(set, {.metrics = {"accuracy"}, .keys = {"epoch", "lr"}}),
                  {.first = campaign::Direction::kHigher});
  const plot::Figure figure = sorted_figure(board);
  ASSERT_EQ(figure.panels.size(), 2);
  EXPECT_EQ(figure.panels[0].title, "epoch 2");
  EXPECT_EQ(figure.panels[0].x.categories.front(), "r20");
  EXPECT_EQ(figure.panels[1].x.label, "lr");
  EXPECT_EQ(figure.panels[1].x.categories.size(), 21);
}

TEST(Figures, ShowWholeRunsFromTheSlowestSystemToTheFastest) {
  const plot::Figure figure = totals_figure(timed_runs());
  EXPECT_THAT(figure.panels[0].x.categories,
              ElementsAre("slow, 10 epochs", "slow, 1 epochs", "fast, 1 epochs"));
  const auto& bars = std::get<plot::Bars>(figure.panels[0].layers.at(0));
  ASSERT_EQ(bars.series.size(), 2);  // nobody has timed inference
  EXPECT_THAT(bars.series[0].heights, ElementsAre(71, 26, 7));
  EXPECT_EQ(bars.series[1].name, "training");
  EXPECT_EQ(bars.series[0].error_low[1], 16);
  EXPECT_EQ(bars.series[0].error_high[1], 36);
  EXPECT_TRUE(std::isnan(bars.series[0].error_low[2]));
}

TEST(Figures, ShowThatTheSetupWeighsLessInLongerRuns) {
  const plot::Figure figure = per_epoch_figure(timed_runs());
  const auto& slow = std::get<plot::Line>(figure.panels[0].layers.at(5));
  EXPECT_EQ(slow.name, "slow");
  EXPECT_THAT(slow.x, ElementsAre(1, 10));
  EXPECT_THAT(slow.y, ElementsAre(25, 7));
  const auto& range = std::get<plot::Band>(figure.panels[0].layers.at(3));
  EXPECT_THAT(range.high, ElementsAre(35, 7));
}

TEST(Figures, OfTracesSayThatTheyAreReplayed) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "gpu.log",
                    "# ####\n# time, 0 id, 0 gpu_util %, 0 mem_util %, 0 encoder %, 0 decoder %, 0 "
                    "temp C, 0 power W\n"
                    "2022-01-01 10:00:00, 0, 1, 1, 0, 0, 30, 100.0\n"
                    "2022-01-01 10:00:01, 0, 1, 1, 0, 0, 30, 120.0\n");
  const std::vector<NamedFigure> figures =
      make_figures(load({folder.path()}), nullptr, {"figure10"});
  EXPECT_THAT(names_of(figures), ElementsAre("energy_01_power", "energy_01_histogram"));
  EXPECT_THAT(figures.at(0).figure.title, HasSubstr("(replayed trace)"));
}

}  // namespace
}  // namespace sciwright::report
