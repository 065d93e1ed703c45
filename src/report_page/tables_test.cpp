#include "report_page/tables.h"

#include <gtest/gtest.h>

namespace sciwright::report_page {
namespace {

report::Table three_rows() {
  report::Table table{"leaderboard", "accuracy"};
  table.column("rank", "rank");
  table.column("mean", "mean", 3);
  table.column("both", "both");
  table.rows = {{"=1", 0.5, 1.0}, {"=1", 0.25, "n/a"}, {"3", {}, {}}};
  table.notes = {"A note."};
  return table;
}

TEST(Tables, TellNumbersFromTexts) {
  Columns columns;
  const Json table = table_json(three_rows(), columns);
  EXPECT_EQ(table.at("num_rows"), 3);
  EXPECT_EQ(table.at("notes"), Json({"A note."}));
  const Json& all = table.at("columns");
  EXPECT_EQ(all[0].at("texts").at("texts"), Json({"=1", "3"}));
  EXPECT_FALSE(all[0].contains("numbers"));
  EXPECT_EQ(all[1].at("digits"), 3);
  EXPECT_EQ(all[1].at("numbers").at("type"), "f4");
  EXPECT_FALSE(all[1].contains("texts"));
  EXPECT_TRUE(all[2].contains("texts") && all[2].contains("numbers"));
}

TEST(Tables, SayWhatTheyLeaveOut) {
  Columns columns;
  const Json table = table_json(three_rows(), columns, 2);
  EXPECT_EQ(table.at("num_rows"), 2);
  EXPECT_EQ(table.at("columns")[0].at("texts").at("texts"), Json({"=1"}));
  EXPECT_EQ(table.at("notes"),
            Json({"A note.", "The first 2 of 3 rows; --json and --csv print all."}));
}

}  // namespace
}  // namespace sciwright::report_page
