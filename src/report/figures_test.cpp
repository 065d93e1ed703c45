#include "report/figures.h"

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
