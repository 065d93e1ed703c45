#include "workflow/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Graph, KnowsParentsAndChildren) {
  const Graph graph = make_graph(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  EXPECT_THAT(graph.parents,
              ElementsAre(IsEmpty(), ElementsAre(0), ElementsAre(0), ElementsAre(1, 2)));
  EXPECT_THAT(graph.children,
              ElementsAre(ElementsAre(1, 2), ElementsAre(3), ElementsAre(3), IsEmpty()));
}

TEST(Graph, OrdersNodesAfterTheirParentsElseAsInTheFile) {
  EXPECT_THAT(topological_order(make_graph(5, {{3, 0}, {4, 3}})), ElementsAre(1, 2, 4, 3, 0));
}

TEST(Graph, OrdersOnlyWhatIsBeforeACycle) {
  EXPECT_THAT(topological_order(make_graph(4, {{0, 1}, {1, 2}, {2, 1}})), ElementsAre(0, 3));
}

TEST(Graph, FindsACycleAndOnlyIt) {
  const auto cycle = find_cycle(make_graph(5, {{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 4}}));
  ASSERT_TRUE(cycle);
  EXPECT_THAT(*cycle, ElementsAre(1, 2, 3, 1));
}

TEST(Graph, FindsANodeThatFollowsItself) {
  const auto cycle = find_cycle(make_graph(2, {{0, 1}, {1, 1}}));
  ASSERT_TRUE(cycle);
  EXPECT_THAT(*cycle, ElementsAre(1, 1));
}

TEST(Graph, FindsNoCycleInADiamond) {
  EXPECT_FALSE(find_cycle(make_graph(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}})));
}

TEST(Graph, WalksAChainOfManyNodesWithoutAStack) {
  constexpr std::size_t kNodes = 200'000;
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  for (std::size_t i = 1; i < kNodes; ++i) edges.emplace_back(i - 1, i);
  const Graph graph = make_graph(kNodes, edges);
  EXPECT_FALSE(find_cycle(graph));
  EXPECT_EQ(topological_order(graph).size(), kNodes);
}

}  // namespace
}  // namespace sciwright::workflow
