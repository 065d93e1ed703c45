#include "workflow/layout.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/layers.h"

namespace sciwright::workflow {
namespace {

using Edges = std::vector<std::pair<std::size_t, std::size_t>>;

Layout laid_out(std::size_t num_nodes, const Edges& edges, const std::string& label = "node") {
  return lay_out(make_graph(num_nodes, edges), edges, std::vector<std::string>(num_nodes, label));
}

/// Pairs of boxes that lie over each other.
std::size_t num_overlaps(const Layout& layout) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Placed& a = layout.nodes[i];
      const Placed& b = layout.nodes[j];
      const bool x = std::abs(a.x - b.x) < (a.width + b.width) / 2;
      const bool y = std::abs(a.y - b.y) < (a.height + b.height) / 2;
      count += x && y ? 1 : 0;
    }
  }
  return count;
}

bool is_within(const Layout& layout) {
  return std::all_of(layout.nodes.begin(), layout.nodes.end(), [&](const Placed& p) {
    return p.x - p.width / 2 >= 0 && p.x + p.width / 2 <= layout.width && p.y - p.height / 2 >= 0 &&
           p.y + p.height / 2 <= layout.height;
  });
}

TEST(Layout, PutsADiamondIntoThreeLayersSymmetrically) {
  const Layout layout = laid_out(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  EXPECT_LT(layout.nodes[0].y, layout.nodes[1].y);
  EXPECT_EQ(layout.nodes[1].y, layout.nodes[2].y);
  EXPECT_LT(layout.nodes[2].y, layout.nodes[3].y);
  EXPECT_LT(layout.nodes[1].x, layout.nodes[2].x);
  EXPECT_NEAR(layout.nodes[0].x, (layout.nodes[1].x + layout.nodes[2].x) / 2, 1e-6);
  EXPECT_NEAR(layout.nodes[3].x, layout.nodes[0].x, 1e-6);
}

TEST(Layout, DrawsEdgesFromBoxToBox) {
  const Layout layout = laid_out(2, {{0, 1}});
  ASSERT_EQ(layout.edges[0].size(), 2u);
  EXPECT_NEAR(layout.edges[0][0].second, layout.nodes[0].y + layout.nodes[0].height / 2, 1e-6);
  EXPECT_NEAR(layout.edges[0][1].second, layout.nodes[1].y - layout.nodes[1].height / 2, 1e-6);
}

TEST(Layout, LeadsALongEdgeRoundTheNodesBetween) {
  const Layout layout = laid_out(3, {{0, 1}, {1, 2}, {0, 2}});
  ASSERT_EQ(layout.edges[2].size(), 3u);
  const Placed& between = layout.nodes[1];
  EXPECT_GT(std::abs(layout.edges[2][1].first - between.x), between.width / 2);
}

TEST(Layout, PutsASourceJustAboveItsFirstChild) {
  const Layout layout = laid_out(5, {{0, 1}, {1, 2}, {2, 3}, {4, 3}});
  EXPECT_EQ(layout.nodes[4].y, layout.nodes[2].y);
}

TEST(Layout, MakesBoxesAsLargeAsTheirLabels) {
  const Layout small = laid_out(1, {}, "ab");
  const Layout large = laid_out(1, {}, "a much longer label\nof two lines");
  EXPECT_GT(large.nodes[0].width, small.nodes[0].width);
  EXPECT_GT(large.nodes[0].height, small.nodes[0].height);
  EXPECT_TRUE(is_within(large));
}

TEST(Layout, GivesALabelRoomInItsShape) {
  const auto size = [](const std::string& shape) {
    return lay_out(make_graph(1, {}), {}, {"a label\nof two lines"}, {shape}).nodes[0];
  };
  const Placed box = size("box");
  for (const char* shape : {"diamond", "triangle", "ellipse"}) {
    EXPECT_GT(size(shape).width, 1.25 * box.width) << shape;
    EXPECT_GT(size(shape).height, 1.25 * box.height) << shape;
  }
  EXPECT_EQ(size("circle").width, size("circle").height);
  EXPECT_EQ(size("no such shape").width, box.width);
}

TEST(Layout, LeavesNoTwoBoxesOverEachOther) {
  Edges edges;
  for (std::size_t i = 1; i < 300; ++i) edges.emplace_back((i * 7 + i / 3) % i, i);
  const Layout layout = laid_out(300, edges);
  EXPECT_EQ(num_overlaps(layout), 0u);
  EXPECT_TRUE(is_within(layout));
}

TEST(Layout, FoldsALayerOfManyNodesIntoRows) {
  Edges edges;
  for (std::size_t i = 1; i <= 1000; ++i) {
    edges.emplace_back(0, i);
    edges.emplace_back(i, 1001);
  }
  const Layout layout = laid_out(1002, edges);
  EXPECT_EQ(num_overlaps(layout), 0u);
  EXPECT_LT(layout.width, 6 * layout.height);
}

TEST(Layout, DrawsACycleAllTheSame) {
  const Layout layout = laid_out(4, {{0, 1}, {1, 2}, {2, 1}, {3, 3}});
  EXPECT_EQ(num_overlaps(layout), 0u);
  EXPECT_EQ(layout.edges.size(), 4u);
}

TEST(Layout, IsNothingWithoutNodes) {
  const Layout layout = lay_out({}, {}, {});
  EXPECT_TRUE(layout.nodes.empty());
  EXPECT_GT(layout.width, 0);
}

TEST(Layout, GivesNoWayPointsWhereTheyWouldBeMillions) {
  Edges edges;
  constexpr std::size_t kNodes = 2000;
  for (std::size_t i = 1; i < kNodes; ++i) edges.emplace_back(i - 1, i);
  for (std::size_t i = 2; i < kNodes; ++i) edges.emplace_back(0, i);
  const Layers layers = make_layers(make_graph(kNodes, edges), edges);
  EXPECT_LT(layers.items.size(), kNodes + 200'000);
  EXPECT_EQ(layers.paths.size(), edges.size());
  EXPECT_EQ(layers.paths.back().size(), 2u);
}

TEST(Layers, CountsCrossings) {
  EXPECT_EQ(count_crossings(make_layers(make_graph(4, {{0, 3}, {1, 2}}), {{0, 3}, {1, 2}})), 1u);
  EXPECT_EQ(count_crossings(make_layers(make_graph(4, {{0, 2}, {1, 3}}), {{0, 2}, {1, 3}})), 0u);
}

TEST(Layers, RemovesCrossingsThatNeedNotBe) {
  Edges edges;
  for (std::size_t i = 0; i < 20; ++i) edges.emplace_back(i, 39 - i);
  Layers layers = make_layers(make_graph(40, edges), edges);
  EXPECT_EQ(count_crossings(layers), 190u);
  reduce_crossings(layers);
  EXPECT_EQ(count_crossings(layers), 0u);
}

}  // namespace
}  // namespace sciwright::workflow
