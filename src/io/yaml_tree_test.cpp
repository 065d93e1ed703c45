#include "io/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::io {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

/// One line for a tree: maps {k: v}, lists [v], quoted texts in quotes, null as ~.
std::string shape(const YamlNode& node) {
  if (node.is_null()) return "~";
  if (node.is_scalar()) return node.is_quoted ? "'" + node.text + "'" : node.text;
  std::string out;
  for (const YamlNode& item : node.items) {
    if (!out.empty()) out += ", ";
    out += (node.is_map() ? item.key + ": " : "") + shape(item);
  }
  return node.is_map() ? "{" + out + "}" : "[" + out + "]";
}

TEST(YamlTree, KeepsTheOrderOfKeysAndTheTextsAsWritten) {
  const YamlTree tree = parse_yaml_tree("b: 007\na: ['x', 1e3, ~]\nc: |\n  two\n  lines\n", "f");
  EXPECT_EQ(shape(tree.root), "{b: 007, a: ['x', 1e3, ~], c: 'two\nlines\n'}");
}

TEST(YamlTree, KnowsWhereKeysAndItemsStand) {
  const YamlTree tree = parse_yaml_tree("a:\n  b: 1\n  c:\n    - x\n    - y\n", "f.yaml");
  const YamlNode& c = tree.root.items[0].items[1];
  EXPECT_EQ(tree.position(c).text(), "f.yaml:3:3");
  EXPECT_EQ(tree.position(c.items[1]).text(), "f.yaml:5:7");
}

TEST(YamlTree, FillsAliasesIn) {
  const YamlTree tree = parse_yaml_tree("a: &x {k: [1]}\nb: *x\n", "f");
  EXPECT_EQ(shape(tree.root), "{a: {k: [1]}, b: {k: [1]}}");
  EXPECT_EQ(tree.position(*tree.root.find("b")).text(), "f:2:1");
}

TEST(YamlTree, ReportsAnUnknownAlias) {
  EXPECT_THAT(parse_yaml_tree("b: *x\n", "f").problems,
              ElementsAre("f:1:4: this alias names no anchor above it"));
}

TEST(YamlTree, ReportsEveryKeyGivenTwice) {
  EXPECT_THAT(
      parse_yaml_tree("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n", "f").problems,
      ElementsAre("f:3:1: the key 'a' is given twice", "f:4:11: the key 'd' is given twice"));
}

TEST(YamlTree, ReportsASyntaxErrorWithItsPlace) {
  EXPECT_THAT(parse_yaml_tree("a: [1, 2\nb: 3\n", "f").problems,
              ElementsAre(StartsWith("f:2:2: this is not valid YAML: ")));
}

TEST(YamlTree, ReportsTextThatIsNotUtf8) {
  EXPECT_THAT(parse_yaml_tree("a: 1\nb: \xff\xfe\n", "f").problems,
              ElementsAre("f:2:4: this is not valid YAML: invalid leading UTF-8 octet"));
}

TEST(YamlTree, ReportsASecondDocument) {
  EXPECT_THAT(parse_yaml_tree("a: 1\n---\nb: 2\n", "f").problems,
              ElementsAre("f:2:1: a second document begins here, expected one"));
}

TEST(YamlTree, RefusesADocumentThatGrowsThroughAliases) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  EXPECT_THAT(parse_yaml_tree(text, "f").problems,
              ElementsAre(testing::HasSubstr("stands for too many values (more than 1000000)")));
}

TEST(YamlTree, RefusesTooDeepNesting) {
  const std::string text = std::string(200, '[') + std::string(200, ']');
  EXPECT_THAT(parse_yaml_tree(text, "f").problems,
              ElementsAre(StartsWith("f:1:102: too many or too deeply nested values")));
}

TEST(YamlTree, ReadsAnEmptyFileAsNothing) {
  const YamlTree tree = parse_yaml_tree("# nothing\n", "f");
  EXPECT_TRUE(tree.root.is_null());
  EXPECT_THAT(tree.problems, IsEmpty());
}

}  // namespace
}  // namespace sciwright::io
