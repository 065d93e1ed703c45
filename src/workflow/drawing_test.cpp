#include "workflow/drawing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/graph.h"

namespace sciwright::workflow {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The vector of the original: chains a,b,d and a,c,d.
class DrawingTest : public testing::Test {
 protected:
  DrawingTest() {
    definition.name = "diamond";
    for (const char* name : {"a", "b", "d", "c"}) {
      Node node;
      node.name = name;
      definition.nodes.push_back(node);
    }
    definition.edges = {{0, 1}, {1, 2}, {0, 3}, {3, 2}};
  }
  Picture picture() const { return {definition, state, {"a", "b", "d", "c"}}; }
  Layout layout() const {
    return lay_out(make_graph(4, definition.edges), definition.edges, {"a", "b", "d", "c"});
  }

  Definition definition;
  State state = State({"a", "b", "d", "c"});
};

TEST_F(DrawingTest, WritesTheOriginalsDot) {
  EXPECT_EQ(write_dot(picture()),
            "digraph {\n"
            "\tnode [shape=box]\n"
            "\ta [label=a fillcolor=white shape=box style=\"filled,rounded\"]\n"
            "\tb [label=b fillcolor=white shape=box style=\"filled,rounded\"]\n"
            "\td [label=d fillcolor=white shape=box style=\"filled,rounded\"]\n"
            "\tc [label=c fillcolor=white shape=box style=\"filled,rounded\"]\n"
            "\ta -> b\n\tb -> d\n\ta -> c\n\tc -> d\n}\n");
}

TEST_F(DrawingTest, QuotesWhatDotWouldMisread) {
  definition.nodes[0].name = "fetch-data";
  definition.nodes[1].name = "node";
  definition.nodes[1].style = "dashed";
  definition.edges = {{0, 1}};
  Picture drawn = picture();
  drawn.labels[0] = "say \"hi\"\nback\\slash";
  EXPECT_THAT(
      write_dot(drawn),
      testing::AllOf(HasSubstr("\t\"fetch-data\" [label=\"say \\\"hi\\\"\\nback\\\\slash\""),
                     HasSubstr("\t\"node\" [label=b fillcolor=white shape=box style=dashed]"),
                     HasSubstr("\t\"fetch-data\" -> \"node\"\n")));
}

TEST_F(DrawingTest, ColoursByStatusAndDefinition) {
  state.apply({.kind = Event::Kind::kEnded, .node = "a", .status = NodeStatus::kFailed});
  EXPECT_EQ(color_of(definition, NodeStatus::kFailed), "#FFCCCC");
  EXPECT_THAT(write_dot(picture()), HasSubstr("\ta [label=a fillcolor=\"#FFCCCC\""));
  definition.colors = {{"failed", "red"}, {"undefined", "pink"}};
  definition.nodes[1].is_defined = false;
  EXPECT_THAT(write_dot(picture()), HasSubstr("\ta [label=a fillcolor=red"));
  EXPECT_THAT(write_dot(picture()), HasSubstr("\tb [label=b fillcolor=pink"));
}

TEST_F(DrawingTest, GivesStartAndEndTheirShapeAndAnEmptyStyleItsMeaning) {
  definition.nodes[0].name = "start";
  definition.nodes[1].attributes.edit() = {{"style", ""}};
  EXPECT_THAT(write_dot(picture()), HasSubstr("\tstart [label=a fillcolor=white shape=diamond"));
  EXPECT_THAT(write_dot(picture()),
              HasSubstr("\tb [label=b fillcolor=white shape=box style=filled]"));
}

TEST_F(DrawingTest, WritesSvgWithTitlesForNodesAndEdges) {
  state.apply({.kind = Event::Kind::kSubmitted, .node = "b", .attempt = 2});
  state.apply({.kind = Event::Kind::kRunning, .node = "b", .host = "n1"});
  state.apply({.kind = Event::Kind::kProgress, .node = "b", .progress = 50, .message = "<epoch>"});
  const std::string svg = write_svg(picture(), layout());
  EXPECT_THAT(svg, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""));
  EXPECT_THAT(svg, HasSubstr("<title>Workflow diamond</title>"));
  EXPECT_THAT(svg, HasSubstr("<g class=\"node running\" id=\"node-b\"><title>b: running, 50 %, "
                             "attempt 2 on n1: &lt;epoch&gt;</title><rect "));
  EXPECT_THAT(svg, HasSubstr("fill=\"#CCE5FF\""));
  EXPECT_THAT(svg, HasSubstr("class=\"bar\""));
  EXPECT_THAT(svg, HasSubstr("<title>a → b</title>"));
}

TEST_F(DrawingTest, DrawsShapesAndStyles) {
  definition.nodes[0].shape = "hexagon";
  definition.nodes[1].shape = "oval";
  definition.nodes[1].style = "dashed";
  definition.nodes[2].style = "filled,rounded";
  const std::string svg = write_svg(picture(), layout());
  EXPECT_THAT(svg, HasSubstr("<polygon points="));
  EXPECT_THAT(svg, HasSubstr("<ellipse "));
  EXPECT_THAT(svg, HasSubstr("fill=\"white\" stroke-dasharray=\"6 3\""));
  EXPECT_THAT(svg, HasSubstr("rx=\"8\""));
}

TEST_F(DrawingTest, LetsNoLabelOutOfItsText) {
  Picture drawn = picture();
  drawn.labels[0] = "</text><script>alert(1)</script>";
  definition.colors = {{"ready", "red\" onload=\"x"}};
  const std::string svg = write_svg(drawn, layout());
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("\" onload=\"")));
}

TEST_F(DrawingTest, WritesJson) {
  definition.nodes.resize(2);
  definition.edges = {{0, 1}};
  Layout placed;
  placed.width = 100;
  placed.height = 200;
  placed.nodes = {{50, 20.04, 60, 41}, {50, 120, 60, 41}};
  placed.edges = {{{50, 40}, {50, 100}}};
  EXPECT_EQ(write_graph_json(picture(), placed),
            R"({"schema_version":1,"name":"diamond","width":100.0,"height":200.0,"nodes":[)"
            R"({"name":"a","kind":"local","host":"localhost","status":"ready","progress":0.0,)"
            R"("label":"a","color":"white","shape":"box","style":"filled,rounded","x":50.0,)"
            R"("y":20.0,"width":60.0,"height":41.0},)"
            R"({"name":"b","kind":"local","host":"localhost","status":"ready","progress":0.0,)"
            R"("label":"b","color":"white","shape":"box","style":"filled,rounded","x":50.0,)"
            R"("y":120.0,"width":60.0,"height":41.0}],)"
            R"("edges":[{"source":"a","destination":"b","points":[[50.0,40.0],[50.0,100.0]]}]})"
            "\n");
}

}  // namespace
}  // namespace sciwright::workflow
