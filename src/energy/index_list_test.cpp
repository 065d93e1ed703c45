#include "energy/index_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;

TEST(IndexList, TakesNumbersAndBracketedRanges) {
  EXPECT_THAT(*parse_index_list("0,[2-3]"), ElementsAre(0, 2, 3));
}

TEST(IndexList, TakesAListWithinBrackets) {
  EXPECT_THAT(*parse_index_list("[0-1,5]"), ElementsAre(0, 1, 5));
}

TEST(IndexList, TakesTheKernelsRanges) {
  EXPECT_THAT(*parse_index_list("0-2,8"), ElementsAre(0, 1, 2, 8));
}

TEST(IndexList, LeavesRepeatsOut) { EXPECT_THAT(*parse_index_list("1, 1,2"), ElementsAre(1, 2)); }

TEST(IndexList, RefusesARangeThatRunsBackwards) { EXPECT_FALSE(parse_index_list("[3-1]")); }

TEST(IndexList, RefusesTextAndEmptyParts) {
  EXPECT_FALSE(parse_index_list(""));
  EXPECT_FALSE(parse_index_list("0,,1"));
  EXPECT_FALSE(parse_index_list("gpu0"));
  EXPECT_FALSE(parse_index_list("-1"));
}

TEST(IndexList, TakesBlanksButNotWithinNumbers) {
  EXPECT_THAT(*parse_index_list(" 0 , [1-2] "), ElementsAre(0, 1, 2));
  EXPECT_FALSE(parse_index_list("1 2"));
}

TEST(IndexList, RefusesBracketsThatDoNotMatch) {
  EXPECT_FALSE(parse_index_list("[0-1"));
  EXPECT_FALSE(parse_index_list("1[2-3]"));
  EXPECT_FALSE(parse_index_list("[0-1]2"));
}

TEST(IndexList, RefusesHugeNumbers) { EXPECT_FALSE(parse_index_list("[0-999999999]")); }

}  // namespace
}  // namespace sciwright::energy
