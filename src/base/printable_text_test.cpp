#include "base/printable_text.h"

#include <gtest/gtest.h>

namespace sciwright {
namespace {

TEST(PrintableText, ReplacesWhatIsNoText) {
  EXPECT_EQ(printable_text("a\tb\x01 é−⁶😀"), "a b  é−⁶😀");
  EXPECT_EQ(printable_text("x\xFFy\xC3"), "x\uFFFDy\uFFFD");
  EXPECT_EQ(printable_text("\xC0\xAF\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(ValidUtf8, KeepsLines) { EXPECT_EQ(valid_utf8("a\nb\xFF\x1B"), "a\nb\uFFFD\x1B"); }

}  // namespace
}  // namespace sciwright
