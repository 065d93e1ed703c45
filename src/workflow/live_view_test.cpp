#include "workflow/live_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::workflow {
namespace {

using testing::ElementsAre;
using Kind = Event::Kind;

constexpr std::int64_t kSecond = 1'000'000'000;

std::vector<std::string> names_of(int num_trains) {
  std::vector<std::string> names = {"fetch", "prepare.clean", "prepare.pack"};
  for (int i = 0; i < num_trains; ++i) names.push_back("train-" + std::to_string(i));
  names.emplace_back("report");
  return names;
}

/// Fetched and cleaned; two of the trains are under way.
State begun(const std::vector<std::string>& names) {
  State state;
  state.apply({.kind = Kind::kBegin, .utc_ns = kSecond, .run = 1, .nodes = names});
  for (const char* node : {"fetch", "prepare.clean"}) {
    state.apply(
        {.kind = Kind::kEnded, .utc_ns = 2 * kSecond, .node = node, .status = NodeStatus::kDone});
  }
  for (const char* node : {"train-0", "train-1"}) {
    state.apply({.kind = Kind::kSubmitted,
                 .utc_ns = 3 * kSecond,
                 .node = node,
                 .attempt = 1,
                 .site = "slurm"});
  }
  state.apply({.kind = Kind::kRunning, .utc_ns = 4 * kSecond, .node = "train-0", .host = "n1"});
  state.apply({.kind = Kind::kProgress,
               .utc_ns = 5 * kSecond,
               .node = "train-0",
               .progress = 25,
               .message = "epoch 3"});
  return state;
}

TEST(LiveView, ShowsGroupsAndWhatIsUnderWay) {
  const auto names = names_of(3);
  EXPECT_THAT(
      LiveView(names).lines(begun(names), 64 * kSecond, {.num_columns = 100}),
      ElementsAre("[======              ]  32 %  7 nodes  2 done  1m 03s",
                  "fetch      [====================]      1 of 1",
                  "prepare.*  [==========          ]      1 of 2",
                  "train-*    [                    ]      0 of 3  1 running  1 submitted",
                  "report     [                    ]      0 of 1",
                  "  train-0                           running     25 %    1m 00s  n1  epoch 3",
                  "  train-1                           submitted    0 %    1m 01s  slurm"));
}

TEST(LiveView, FitsATerminalOfFewLinesAndShowsWhereSomethingIsGoingOn) {
  const auto names = names_of(3);
  EXPECT_THAT(
      LiveView(names).lines(begun(names), 64 * kSecond, {.num_lines = 6, .num_columns = 40}),
      ElementsAre("[======              ]  32 %  7 nodes", "train-*    [                    ]",
                  "  … and 3 groups more", "  train-0                           run",
                  "  train-1                           sub"));
}

TEST(LiveView, AHundredThousandNodesAreAFewLines) {
  const auto names = names_of(100'000);
  State state(names);
  for (int i = 0; i < 500; ++i) {
    state.apply({.kind = Kind::kRunning, .node = "train-" + std::to_string(i), .host = "n1"});
  }
  const auto lines = LiveView(names).lines(state, kSecond, {.num_lines = 24});
  EXPECT_EQ(lines.size(), 23U);
  EXPECT_EQ(lines.back(), "  … and 483 jobs more");
}

TEST(LiveView, AMessageDoesNotSteerTheTerminal) {
  State state({"a"});
  state.apply({.kind = Kind::kRunning, .node = "a", .host = "n1"});
  state.apply({.kind = Kind::kProgress, .node = "a", .progress = 1, .message = "\x1b[2Jé\tx"});
  const auto lines = LiveView({"a"}).lines(state, 0, {});
  EXPECT_THAT(lines.back(), testing::EndsWith(" n1   [2Jé x"));
}

TEST(GroupOfName, IsThePipelineOrTheNameWithoutItsNumber) {
  EXPECT_EQ(group_of_name("prepare.fetch.1"), "prepare.*");
  EXPECT_EQ(group_of_name("train-12"), "train-*");
  EXPECT_EQ(group_of_name("42"), "42");
  EXPECT_EQ(group_of_name("report"), "report");
}

}  // namespace
}  // namespace sciwright::workflow
