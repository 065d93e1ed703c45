#include "coordinator/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::coordinator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using workflow::Event;
using workflow::NodeStatus;

/// a -> b -> d, a -> c -> d.
class PlanTest : public testing::Test {
 protected:
  PlanTest() : state({"a", "b", "c", "d"}) {
    for (const char* name : {"a", "b", "c", "d"}) definition.nodes.push_back({.name = name});
    definition.edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
    graph = workflow::make_graph(4, definition.edges);
  }

  Plan plan(std::vector<bool> selected = {}) {
    return Plan({.definition = definition,
                 .graph = graph,
                 .queues = {0, 0, 0, 0},
                 .selected = std::move(selected)},
                state);
  }

  void end(Plan& of, std::size_t node, NodeStatus status) {
    Event event;
    event.kind = Event::Kind::kEnded;
    event.node = definition.nodes[node].name;
    event.status = status;
    state.apply(event);
    of.end(node, state);
  }

  static std::vector<std::size_t> taken(Plan& from) {
    std::vector<std::size_t> nodes;
    while (const auto node = from.take(0)) nodes.push_back(*node);
    return nodes;
  }

  workflow::Definition definition;
  workflow::Graph graph;
  workflow::State state;
};

TEST_F(PlanTest, ANodeMayStartWhenAllThatItNeedsHasEndedWell) {
  Plan p = plan();
  EXPECT_THAT(taken(p), ElementsAre(0));
  end(p, 0, NodeStatus::kDone);
  EXPECT_THAT(taken(p), ElementsAre(1, 2));
  end(p, 1, NodeStatus::kSkipped);
  EXPECT_THAT(taken(p), IsEmpty());
  end(p, 2, NodeStatus::kDone);
  EXPECT_THAT(taken(p), ElementsAre(3));
  EXPECT_FALSE(p.has_ready());
}

TEST_F(PlanTest, WhatNeedsAFailedNodeIsBlockedAtAnyDistance) {
  Plan p = plan();
  taken(p);
  end(p, 0, NodeStatus::kFailed);
  EXPECT_FALSE(p.has_ready());
  for (const std::size_t node : {1, 2, 3}) EXPECT_TRUE(p.is_blocked(node));
}

TEST_F(PlanTest, PriorityGoesBeforeTheOrderOfTheFile) {
  definition.nodes[2].priority = 1;
  Plan p = plan();
  taken(p);
  end(p, 0, NodeStatus::kDone);
  EXPECT_THAT(taken(p), ElementsAre(2, 1));
}

TEST_F(PlanTest, AChooserGoesOnWithoutThoseThatFailed) {
  definition.nodes[3].kind = workflow::NodeKind::kSelect;
  Plan p = plan();
  taken(p);
  end(p, 0, NodeStatus::kDone);
  taken(p);
  end(p, 1, NodeStatus::kFailed);
  EXPECT_FALSE(p.is_blocked(3));
  end(p, 2, NodeStatus::kDone);
  EXPECT_THAT(taken(p), ElementsAre(3));
}

TEST_F(PlanTest, ARaceIsDecidedByTheFirstAndStartsOnce) {
  definition.nodes[3].kind = workflow::NodeKind::kCompete;
  definition.nodes[3].choice.edit().until = workflow::Choice::Until::kFirst;
  Plan p = plan();
  taken(p);
  end(p, 0, NodeStatus::kDone);
  taken(p);
  end(p, 1, NodeStatus::kDone);
  EXPECT_THAT(taken(p), ElementsAre(3));
  end(p, 2, NodeStatus::kDone);
  EXPECT_THAT(taken(p), IsEmpty());
}

TEST_F(PlanTest, ARebuiltPlanGoesOnWhereTheStateIs) {
  Plan p = plan();
  taken(p);
  end(p, 0, NodeStatus::kDone);
  end(p, 2, NodeStatus::kDone);
  p.rebuild(state);
  EXPECT_THAT(taken(p), ElementsAre(1));
  EXPECT_THAT(taken(p), IsEmpty());
}

TEST_F(PlanTest, OnlySelectedNodesStart) {
  Plan p = plan({true, true, false, false});
  taken(p);
  end(p, 0, NodeStatus::kDone);
  EXPECT_THAT(taken(p), ElementsAre(1));
  end(p, 1, NodeStatus::kDone);
  EXPECT_FALSE(p.has_ready());
}

}  // namespace
}  // namespace sciwright::coordinator
