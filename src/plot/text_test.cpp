#include "plot/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::plot {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TextWidth, AddsTheAdvancesOfDejaVuSans) {
  EXPECT_DOUBLE_EQ(text_width_px("iW", 2048), 569 + 2025);
  EXPECT_DOUBLE_EQ(text_width_px("iW", 20.48), 5.69 + 20.25);
}

TEST(TextWidth, CountsCharactersNotBytes) {
  EXPECT_DOUBLE_EQ(text_width_px("é⁶", 10), 2 * text_width_px("a", 10));
}

TEST(WrappedLines, BreaksAtBlanksWhereTheWidthEnds) {
  const double width_px = text_width_px("one two", 10) + 0.1;
  EXPECT_THAT(wrapped_lines("one two three\nfour", width_px, 10),
              ElementsAre("one two", "three", "four"));
}

TEST(WrappedLines, KeepsLongWordsWhole) {
  EXPECT_THAT(wrapped_lines("a incomprehensibilities b", 20, 10),
              ElementsAre("a", "incomprehensibilities", "b"));
}

TEST(WrappedLines, HasNoneForNoText) { EXPECT_THAT(wrapped_lines("", 20, 10), IsEmpty()); }

TEST(NumberText, HasATrueMinusAndNoNegativeZero) {
  EXPECT_EQ(number_text(-1.5, 2), "−1.50");
  EXPECT_EQ(number_text(-0.001, 2), "0.00");
  EXPECT_EQ(number_text(1234567, 0), "1234567");
}

TEST(Superscript, WritesNegativeExponents) { EXPECT_EQ(superscript(-307), "⁻³⁰⁷"); }

}  // namespace
}  // namespace sciwright::plot
