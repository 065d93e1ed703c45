#include "base/size_text.h"

#include <gtest/gtest.h>

namespace sciwright {
namespace {

TEST(SizeText, HasThreeDigits) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1234), "1.23 kB");
  EXPECT_EQ(size_text(12.34e6), "12.3 MB");
  EXPECT_EQ(size_text(999.9e6), "1 GB");
}

}  // namespace
}  // namespace sciwright
