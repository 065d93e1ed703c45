#include "io/json_document.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::io {
namespace {

std::string problem_of(const std::string& text) {
  try {
    parse_json(text, "c.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(JsonDocument, KnowsWhereItsKeysAre) {
  const Document document =
      parse_json("{\"a\": 1,\n  \"b\": [{\"c \\\"d\\\\\": 2}, {\"e\": 3}]}\n", "c.json");
  EXPECT_EQ(document.value.dump(), R"({"a":1,"b":[{"c \"d\\":2},{"e":3}]})");
  EXPECT_EQ(document.position("a").text(), "c.json:1:2");
  EXPECT_EQ(document.position("b").text(), "c.json:2:3");
  EXPECT_EQ(document.position("b.0.c \"d\\").text(), "c.json:2:10");
  EXPECT_EQ(document.position("b.1.e").text(), "c.json:2:26");
  EXPECT_EQ(document.position("b.1.f").text(), "c.json:2:3");
}

TEST(JsonDocument, ReadsWhatPythonWrites) {
  EXPECT_EQ(parse_json(R"({"x": ["\ud83d\ude00"]})", "c.json").value["x"][0], "\U0001F600");
}

TEST(JsonDocument, SaysWhereItIsBroken) {
  EXPECT_EQ(problem_of("{\"a\": [1, 2],}").substr(0, 39),
            "c.json:1:14: this is not valid JSON: pa");
  EXPECT_EQ(problem_of("{\n\"a\": 1e999}"),
            "c.json:2:11: this is not valid JSON: number overflow parsing '1e999'");
  EXPECT_EQ(problem_of("{\"a\": 1, \"a\": 2}"), "c.json:1:10: the key 'a' is given twice");
  EXPECT_EQ(problem_of("").substr(0, 36), "c.json:1:1: this is not valid JSON: ");
  EXPECT_EQ(problem_of("{\"a\": \"\xff\"}").substr(0, 36), "c.json:1:8: this is not valid JSON: ");
  EXPECT_EQ(problem_of(std::string(100'000, '[')), "c.json:1:102: more than 100 levels");
}

}  // namespace
}  // namespace sciwright::io
