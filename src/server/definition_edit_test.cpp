#include "server/definition_edit.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::server {
namespace {

constexpr const char* kText = R"(workflow:
  nodes:
    b: {exec: date}
    a: {exec: "12"}
  dependencies:
    - a,b
)";

TEST(DefinitionEdit, AddsANodeBehindTheOthers) {
  EXPECT_EQ(set_node(kText, {.name = "c", .fields = {{"exec", "true"}}, .parents = {{"b"}}}),
            "workflow:\n"
            "  nodes:\n"
            "    b: {exec: date}\n"
            "    a: {exec: \"12\"}\n"
            "    c:\n"
            "      exec: \"true\"\n"
            "  dependencies:\n"
            "    - a,b\n"
            "    - b,c\n");
}

TEST(DefinitionEdit, ReplacesFieldsAndKeepsTheOthers) {
  EXPECT_EQ(set_node("workflow: {nodes: {a: {exec: x, host: h}}}\n",
                     {.name = "a", .fields = {{"exec", "y"}, {"retries", 2}}}),
            "workflow: {nodes: {a: {exec: \"y\", host: h, retries: 2}}}\n");
}

TEST(DefinitionEdit, RemovesANodeAndItsEdges) {
  EXPECT_EQ(remove_node(
                "workflow: {nodes: {a: {}, b: {}, c: {}}, dependencies: ['a,b,c', 'a,c']}\n", "b"),
            "workflow: {nodes: {a: {}, c: {}}, dependencies: [\"a,c\"]}\n");
}

TEST(DefinitionEdit, KnowsTheMapOfEdges) {
  EXPECT_EQ(remove_node("workflow: {nodes: {a: {}, b: {}, c: {}}, dependencies: {a-b: {source: a, "
                        "destination: b}, b-c: {source: b, destination: c}}}\n",
                        "c"),
            "workflow: {nodes: {a: {}, b: {}}, dependencies: [\"a,b\"]}\n");
}

constexpr const char* kCommented = R"(# What we do every night.
workflow:
  nodes:
    # Takes an hour.
    fetch:
      script: fetch.sh   # from the archive
      retries: 2

    train: {exec: "python train.py"}   # our model
    # The end.
    report:
      exec: date
  # In this order.
  dependencies:
  - fetch,train    # first
  - train,report

colors: {}   # none
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(DefinitionEdit, CommentsElsewhereStay) {
  EXPECT_EQ(set_node(kCommented, {.name = "train", .fields = {{"retries", 3}}}),
            replaced(kCommented, "{exec: \"python train.py\"}   # our model",
                     "{exec: \"python train.py\", retries: 3}"));
  EXPECT_EQ(set_node(kCommented, {.name = "report", .fields = {{"host", "n1"}}}),
            replaced(kCommented, "exec: date\n", "exec: date\n      host: \"n1\"\n"));
}

TEST(DefinitionEdit, ANewNodeAndItsEdgesAreAddedBehindTheOthers) {
  const std::string with_node =
      replaced(kCommented, "exec: date\n", "exec: date\n    mail:\n      exec: \"true\"\n");
  EXPECT_EQ(
      set_node(kCommented, {.name = "mail", .fields = {{"exec", "true"}}, .parents = {{"report"}}}),
      replaced(with_node, "- train,report\n", "- train,report\n  - report,mail\n"));
}

TEST(DefinitionEdit, AnEdgeThatGoesIsTheOnlyThingThatGoes) {
  EXPECT_EQ(set_node(kCommented, {.name = "report", .parents = {{"fetch"}}}),
            replaced(kCommented, "  - fetch,train    # first\n  - train,report\n",
                     "    - fetch,train\n    - fetch,report\n"));
}

TEST(DefinitionEdit, ARemovedNodeTakesItsLinesAlong) {
  std::string expected = replaced(kCommented, "    report:\n      exec: date\n", "");
  EXPECT_EQ(
      remove_node(kCommented, "report"),
      replaced(expected, "  - fetch,train    # first\n  - train,report\n", "    - fetch,train\n"));
}

TEST(DefinitionEdit, ATextThatIsNoWorkflowIsRefused) {
  EXPECT_THROW(set_node("[1, 2]", {.name = "a"}), Error);
  EXPECT_THROW(set_node("a: [", {.name = "a"}), Error);
  EXPECT_THROW(set_node("workflow: 3", {.name = "a"}), Error);
}

TEST(DefinitionEdit, FindsTheNameInIt) {
  EXPECT_EQ(name_in_definition("workflow: {name: demo}"), "demo");
  EXPECT_EQ(name_in_definition("workflow: {nodes: {}}"), std::nullopt);
  EXPECT_EQ(name_in_definition(": : ["), std::nullopt);
}

}  // namespace
}  // namespace sciwright::server
