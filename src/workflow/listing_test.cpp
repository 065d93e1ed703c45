#include "workflow/listing.h"

#include <gtest/gtest.h>

namespace sciwright::workflow {
namespace {

using Kind = Event::Kind;

TEST(Listing, ShowsEveryNodeAndASummary) {
  Definition definition;
  definition.nodes.resize(3);
  definition.nodes[0].name = "fetch";
  definition.nodes[1].name = "train";
  definition.nodes[1].kind = NodeKind::kSsh;
  definition.nodes[1].user = "me";
  definition.nodes[1].host = "n1";
  definition.nodes[2].name = "late";
  definition.nodes[2].is_defined = false;
  constexpr std::int64_t kSecond = 1'000'000'000;
  State state({"fetch", "train", "late"});
  state.apply({.kind = Kind::kSubmitted, .utc_ns = kSecond, .node = "fetch", .attempt = 2});
  state.apply({.kind = Kind::kRunning, .utc_ns = 2 * kSecond, .node = "fetch", .host = "here"});
  state.apply({.kind = Kind::kEnded,
               .utc_ns = 4 * kSecond,
               .node = "fetch",
               .status = NodeStatus::kFailed,
               .message = "exit code 3\nmore"});
  state.apply({.kind = Kind::kSubmitted, .utc_ns = 5 * kSecond, .node = "train", .attempt = 1});
  state.apply({.kind = Kind::kProgress, .utc_ns = 6 * kSecond, .node = "train", .progress = 50});
  EXPECT_EQ(listing_text(definition, state, 66 * kSecond),
            "node   kind       where  status   progress  attempt    time  message\n"
            "-----  ---------  -----  -------  --------  -------  ------  -----------\n"
            "fetch  local      here   failed        0 %        2  2.00 s  exit code 3\n"
            "train  ssh        me@n1  running      50 %        1  1m 00s\n"
            "late   undefined  –      ready         0 %        –       –\n");
  EXPECT_EQ(listing_summary(definition, state), "3 nodes: 1 failed, 1 running, 1 ready (50 %)");
}

TEST(Listing, KnowsAWorkflowThatNeverRan) {
  Definition definition;
  definition.nodes.resize(1);
  definition.nodes[0].name = "a";
  EXPECT_EQ(listing_summary(definition, State()), "1 node: 1 ready (0 %)");
}

}  // namespace
}  // namespace sciwright::workflow
