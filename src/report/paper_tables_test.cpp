#include "report/paper_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::report {
namespace {

using testing::ElementsAre;

/// Two earthquake runs on two systems, two rows each.
RunSet runs() {
  RunSet set;
  const auto name = [&](const char* text) { return set.names.add(text); };
  for (const double epochs : {2.0, 70.0}) {
    Run run;
    run.name = epochs == 2 ? "short" : "long";
    run.labels = {{name("system"), name(epochs == 2 ? "A100" : "K80")}};
    run.numbers = {{name("details.model.epochs_run"), epochs},
                   {name("times_s.Total"), 100 * epochs},
                   {name("times_s.Training"), 10 * epochs}};
    for (const double known : {25.0, 0.0}) {
      ScoreRow& row = run.rows.emplace_back();
      row.labels = {{name("parameter"), name(known > 0 ? "Next Year Back" : "Next 2 weeks Now")}};
      const double score = 0.5 + known / 100 + epochs / 1000;
      row.numbers = {{name("average.train"), score},
                     {name("average.val"), score - 0.01},
                     {name("shared"), known},
                     {name("window"), known + 1},
                     {name("baselines.persistence.average_train"), 0.6},
                     {name("baselines.overlap_floor.average_train"), 0.7}};
    }
    set.runs.push_back(std::move(run));
  }
  return set;
}

TEST(TopTable, RanksAllRowsOfAllRuns) {
  const Table table = top_table(runs(), "average", 3);
  ASSERT_EQ(table.rows.size(), 3);
  const std::vector<Cell>& first = table.rows[0];
  EXPECT_DOUBLE_EQ(*first[1].number, 0.82);
  EXPECT_EQ(first[2].text, "70");
  EXPECT_EQ(first[3].text, "Next Year Back");
  EXPECT_EQ(first[4].text, "25/26");
  EXPECT_EQ(first[5].text, "overlap_floor");
  EXPECT_EQ(first[6].number, 0.7);
  EXPECT_EQ(first[7].text, "long");
  EXPECT_DOUBLE_EQ(*first[8].number, 0.81);
  EXPECT_DOUBLE_EQ(*table.rows[2][1].number, 0.57);
}

TEST(TopTable, LeavesInvalidRunsOut) {
  RunSet set = runs();
  set.runs[1].valid = false;
  EXPECT_EQ(top_table(set, "average", 20).rows.size(), 2);
  EXPECT_TRUE(top_table(set, "summed", 20).rows.empty());
}

TEST(PhasesTable, HasAColumnForEachSystemAndLength) {
  const Table table = phases_table(runs());
  std::vector<std::string> titles;
  for (const TableColumn& column : table.columns) titles.push_back(column.title);
  EXPECT_THAT(titles, ElementsAre("timer", "A100, 2 epochs", "K80, 70 epochs"));
  EXPECT_EQ(table.rows[0][0].text, "Total");
  EXPECT_EQ(table.rows[0][1].number, 200);
  EXPECT_EQ(table.rows[1][2].number, 700);
}

TEST(SystemsTable, CountsRuns) {
  const Table table = systems_table(runs());
  ASSERT_EQ(table.rows.size(), 2);
  EXPECT_EQ(table.rows[0][0].text, "A100");
  EXPECT_EQ(table.rows[0][1].number, 1);
}

}  // namespace
}  // namespace sciwright::report
