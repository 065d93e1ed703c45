#include "report/table.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::report {
namespace {

Document document() {
  Table table{"people", "Who & what"};
  table.column("name", "name");
  table.column("score", "score", 3);
  table.rows = {{"a, b", 0.12345}, {"c_d", {}}};
  table.notes = {"A note."};
  return {"report", {table}, {"All of it."}};
}

TEST(Table, IsWrittenForPeople) {
  EXPECT_EQ(document_text(document(), TableForm::kText),
            "Who & what\n"
            "name  score\n"
            "----  -----\n"
            "a, b  0.123\n"
            "c_d       –\n"
            "  A note.\n\nAll of it.\n");
}

TEST(Table, IsWrittenAsCsvWithFullNumbers) {
  EXPECT_EQ(document_text(document(), TableForm::kCsv), "name,score\n\"a, b\",0.12345\nc_d,\n");
}

TEST(Table, IsWrittenAsMarkdown) {
  EXPECT_EQ(document_text(document(), TableForm::kMarkdown),
            "### Who & what\n\n"
            "| name | score |\n|---|---:|\n| a, b | 0.123 |\n| c_d | – |\n\n"
            "- A note.\n\n- All of it.\n");
}

TEST(Table, IsWrittenAsLatex) {
  EXPECT_EQ(document_text(document(), TableForm::kLatex),
            "\\begin{table}\n\\caption{Who \\& what}\n\\begin{tabular}{lr}\n\\toprule\n"
            "name & score \\\\\n\\midrule\na, b & 0.123 \\\\\nc\\_d & -- \\\\\n\\bottomrule\n"
            "\\end{tabular}\n\\par\\footnotesize A note.\n\\end{table}\n\n");
}

TEST(Table, IsWrittenAsJson) {
  const Json json = Json::parse(document_text(document(), TableForm::kJson));
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["tables"][0]["rows"][0], Json({{"name", "a, b"}, {"score", 0.12345}}));
  EXPECT_EQ(json["tables"][0]["rows"][1], Json({{"name", "c_d"}, {"score", nullptr}}));
}

TEST(NumberText, HasSoManySignificantDigits) {
  EXPECT_EQ(number_text(0.889102, 4), "0.8891");
  EXPECT_EQ(number_text(0.003, 2), "0.0030");
  EXPECT_EQ(number_text(134.361, 4), "134.4");
  EXPECT_EQ(number_text(12345.6, 4), "12346");
  EXPECT_EQ(number_text(5, 4), "5");
  EXPECT_EQ(number_text(1e-7, 2), "1e-07");
}

TEST(NumberText, IsWhatThePageShows) {
  // web/tests/unit reads the same file.
  const Json cases = Json::parse(
      read_file(std::filesystem::path(SCIWRIGHT_SOURCE_DIR) / "web/tests/number_texts.json"));
  ASSERT_FALSE(cases.empty());
  for (const Json& one : cases) EXPECT_EQ(number_text(one[0], one[1]), one[2]) << one;
}

}  // namespace
}  // namespace sciwright::report
