#include "base/parallel_for.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright {
namespace {

TEST(ParallelFor, VisitsEveryIndexOnce) {
  std::vector<int> visits(1001, 0);
  parallel_for(visits.size(), 3, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) ++visits[i];
  });
  EXPECT_EQ(visits, std::vector<int>(1001, 1));
}

TEST(ParallelFor, PassesAnExceptionOn) {
  EXPECT_THROW(parallel_for(10, 2,
                            [](std::size_t begin, std::size_t) {
                              if (begin > 0) throw usage_error("bad block");
                            }),
               Error);
}

TEST(ParallelFor, AcceptsNothingToDo) {
  parallel_for(0, 4, [](std::size_t begin, std::size_t end) { EXPECT_EQ(begin, end); });
}

}  // namespace
}  // namespace sciwright
