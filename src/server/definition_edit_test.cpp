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
