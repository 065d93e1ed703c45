#include "base/search_path.h"

#include <gtest/gtest.h>

namespace sciwright {
namespace {

TEST(SearchPath, FindsProgramsByTheirName) {
  EXPECT_TRUE(is_on_path("sh"));
  EXPECT_FALSE(is_on_path("no-such-program-of-sciwright"));
}

}  // namespace
}  // namespace sciwright
