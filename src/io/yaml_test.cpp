#include "io/yaml.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::io {
namespace {

std::string message_of(const std::string& text) {
  try {
    parse_yaml(text, "c.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Yaml, TypesPlainScalarsAndKeepsQuotedOnes) {
  const Document d = parse_yaml(
      "a: 1\nb: 5.0e-07\nc: 1e-3\nd: true\ne: '1'\nf: 3-0\ng: ~\nh: [1, two]\ni: 0x10\nj: "
      "infinity\n",
      "c");
  EXPECT_EQ(d.value, Json::parse(R"({"a":1,"b":5e-7,"c":0.001,"d":true,"e":"1","f":"3-0","g":null,
                                     "h":[1,"two"],"i":16,"j":"infinity"})"));
}

TEST(Yaml, KnowsWhereAValueStands) {
  const Document d = parse_yaml("experiment:\n  epoch: 3\n", "c.yaml");
  EXPECT_EQ(d.position("experiment.epoch").text(), "c.yaml:2:3");
  EXPECT_EQ(d.position("experiment.epoch.below").text(), "c.yaml:2:3");
}

TEST(Yaml, ReportsASyntaxErrorWithItsPlace) {
  EXPECT_EQ(message_of("a: [1, 2\nb: 3\n").substr(0, 36), "c.yaml:2:2: this is not valid YAML: ");
}

TEST(Yaml, RefusesAQuoteThatIsNotClosed) {
  EXPECT_EQ(message_of("experiment:\n  x: 'abc\n  y: 2\nfoo: 3\n"),
            "c.yaml:2:6: this is not valid YAML: this quote is not closed");
  EXPECT_EQ(message_of("a: 1\nb:\n  - \"two"),
            "c.yaml:3:5: this is not valid YAML: this quote is not closed");
  EXPECT_EQ(message_of("a: it's\nb: 'x\n\n  y'\nc: |\n  'z\n...\n"), "no error");
}

TEST(Yaml, NamesTheLineThatIsNotUtf8) {
  EXPECT_EQ(message_of("a: 1\nb: \xff\xfe\n"), "c.yaml:2: this is not UTF-8 text");
}

TEST(Yaml, ReportsAKeyGivenTwice) {
  EXPECT_EQ(message_of("a: 1\nb: 2\na: 3\n"), "c.yaml:3:1: the key 'a' is given twice");
}

TEST(Yaml, RefusesADocumentThatGrowsThroughAliases) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  EXPECT_EQ(message_of(text).substr(0, 31), "c.yaml: too many or too deeply ");
}

TEST(Yaml, ReadsAnEmptyFileAsNoSettings) {
  EXPECT_EQ(parse_yaml("# nothing\n", "c").value, Json::object());
}

TEST(Yaml, RefusesSeveralDocuments) {
  EXPECT_EQ(message_of("a: 1\n---\nb: 2\n"), "c.yaml: holds 2 documents, expected one");
}

TEST(Yaml, WritesWhatItReadsBack) {
  const Json value =
      Json::parse(R"({"a":1,"b":{"c":[1.5,2],"d":"yes: no","e":"","f":{}},"g":[{"h":null},[1]],
                                     "i":"1","j":"true","k":"plain text","l":-0.5,"m":[], "n":"- x", "o":"null"})");
  EXPECT_EQ(parse_yaml(write_yaml(value), "w").value, value);
}

TEST(Yaml, WritesBlockStyle) {
  EXPECT_EQ(write_yaml(Json::parse(R"({"tft":{"heads":4,"form":"paper"},"days":[1,2]})")),
            "days: [1, 2]\ntft:\n  form: paper\n  heads: 4\n");
}

TEST(Yaml, ReadsAValueOfTheCommandLine) {
  EXPECT_EQ(parse_yaml_value("[1, 2]", "--set"), Json::parse("[1,2]"));
  EXPECT_EQ(parse_yaml_value("1e-3", "--set"), Json(0.001));
}

}  // namespace
}  // namespace sciwright::io
