#include "experiment/value_text.h"

#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

TEST(ValueText, PrintsAsPython) {
  EXPECT_EQ(printed_form(Json::parse(R"([0.001, 5e-7, 1.0, 3, true, null, "a'b", {"k": [1]}])")),
            R"([0.001, 5e-07, 1.0, 3, True, None, 'a\'b', {'k': [1]}])");
  EXPECT_EQ(printed_form(false), "False");
  EXPECT_EQ(printed_form("it's"), "it's");
  EXPECT_EQ(printed_form(1e16), "1e+16");
}

TEST(ValueText, MakesTextsSafeForFileNames) {
  EXPECT_EQ(file_name_text("a b/c_d:../é"), "a-b-c-d-..---");
  EXPECT_EQ(file_name_text("card_name", true), "card_name");
}

TEST(ValueText, TakesTextsThatReadAsNumbersForNumbers) {
  EXPECT_EQ(operand("30"), Json(30));
  EXPECT_EQ(operand("1e-3"), Json(0.001));
  EXPECT_EQ(operand("32GB"), Json("32GB"));
  EXPECT_EQ(operand("nan"), Json("nan"));
  EXPECT_EQ(operand(true), Json(true));
}

}  // namespace
}  // namespace sciwright::experiment
