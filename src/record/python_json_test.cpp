#include "record/python_json.h"

#include <limits>

#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

std::string python(const Json& value) {
  std::string out;
  append_python_json(out, value);
  return out;
}

TEST(PythonJson, SpacesAsPythonDoes) {
  EXPECT_EQ(python({{"b", {1, 2.5, nullptr, true}}, {"a", Json::object()}, {"c", Json::array()}}),
            R"({"a": {}, "b": [1, 2.5, null, true], "c": []})");
}

TEST(PythonJson, EscapesEverythingButAscii) {
  EXPECT_EQ(python("é \xF0\x9F\x98\x80 \"x\" \\ \n \x7f"),
            R"("\u00e9 \ud83d\ude00 \"x\" \\ \n \u007f")");
}

TEST(PythonJson, RefusesWhatNestsWithoutEnd) {
  EXPECT_FALSE(parse_json_or_python(std::string(100'000, '[') + std::string(100'000, ']')));
  EXPECT_FALSE(parse_json_or_python(std::string(100'000, '(') + std::string(100'000, ')')));
}

TEST(PythonJson, ReplacesBytesThatAreNoText) { EXPECT_EQ(python("a\xff"), R"("a\ufffd")"); }

TEST(PythonJson, WritesWhatIsNoNumberAsNull) {
  EXPECT_EQ(python({std::numeric_limits<double>::quiet_NaN(),
                    -std::numeric_limits<double>::infinity(), 1e-7, 5e20, -3}),
            "[null, null, 1e-07, 5e+20, -3]");
}

TEST(PythonJson, ReadsPythonLiterals) {
  EXPECT_EQ(parse_json_or_python(R"({'a': (1, 2.,), "b": None, 'c': True, 3: 'it\'s "x" \xe9',})"),
            Json({{"a", {1, 2.0}}, {"b", nullptr}, {"c", true}, {"3", "it's \"x\" é"}}));
}

TEST(PythonJson, ReadsNotANumberAsNull) {
  EXPECT_EQ(parse_json_or_python(R"({"a": NaN, "b": -Infinity, "c": nan, "d": 1e-3})"),
            Json({{"a", nullptr}, {"b", nullptr}, {"c", nullptr}, {"d", 0.001}}));
}

TEST(PythonJson, RejectsWhatIsNeither) {
  for (const char* text : {"", "{", "{'a' 1}", "{'a': }", "[1 2]", "'open", "hello", "1 2",
                           "{'a': 1", "__import__('os')", "-", "'\\q'"}) {
    EXPECT_FALSE(parse_json_or_python(text)) << text;
  }
}

TEST(PythonJson, RejectsADepthThatWouldOverflowTheStack) {
  EXPECT_FALSE(parse_json_or_python(std::string(100'000, '(')));
}

}  // namespace
}  // namespace sciwright::record
