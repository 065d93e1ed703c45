#include "base/text_table.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright {
namespace {

TextTable scores() {
  TextTable table;
  table.column("parameter", TextTable::Align::kLeft).column("NNSE");
  table.row({"Next Year Back", "0.969"}).row({"–", "0.5"});
  return table;
}

TEST(TextTable, AlignsColumns) {
  EXPECT_EQ(scores().text(),
            "parameter        NNSE\n"
            "--------------  -----\n"
            "Next Year Back  0.969\n"
            "–                 0.5\n");
}

TEST(TextTable, WritesMarkdown) {
  EXPECT_EQ(scores().markdown(),
            "| parameter | NNSE |\n"
            "|---|---:|\n"
            "| Next Year Back | 0.969 |\n"
            "| – | 0.5 |\n");
}

TEST(TextTable, RefusesARowOfAnotherLength) {
  TextTable table = scores();
  EXPECT_THROW(table.row({"only one"}), Error);
}

}  // namespace
}  // namespace sciwright
