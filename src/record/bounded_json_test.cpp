#include "record/bounded_json.h"

#include <string>

#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(BoundedJson, ReadsJsonUpToItsBound) {
  EXPECT_EQ(parse_bounded_json(R"({"a": [1, "]]"]})").dump(), R"({"a":[1,"]]"]})");
  EXPECT_TRUE(parse_bounded_json(nested(kMostJsonLevels)).is_array());
}

TEST(BoundedJson, WhatIsDeeperIsDiscarded) {
  EXPECT_TRUE(parse_bounded_json(nested(kMostJsonLevels + 1)).is_discarded());
  EXPECT_TRUE(parse_bounded_json(R"({"details":)" + nested(1'000'000) + "}").is_discarded());
  EXPECT_TRUE(parse_bounded_json(std::string(1'000'000, '{')).is_discarded());
}

TEST(BoundedJson, BracketsWithinTextsDoNotCount) {
  const std::string text = R"(["\"[)" + std::string(1000, '[') + R"("])";
  EXPECT_EQ(parse_bounded_json(text).at(0).get<std::string>().size(), 1002U);
}

TEST(BoundedJson, WhatIsNoJsonIsDiscarded) {
  EXPECT_TRUE(parse_bounded_json("").is_discarded());
  EXPECT_TRUE(parse_bounded_json("{\"a\": ").is_discarded());
}

}  // namespace
}  // namespace sciwright::record
