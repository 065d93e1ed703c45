#include "base/trimmed.h"

#include <gtest/gtest.h>

namespace sciwright {
namespace {

TEST(Trimmed, TakesAwayWhatIsBlankAround) {
  EXPECT_EQ(trimmed(" \ta b\r\n"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

}  // namespace
}  // namespace sciwright
