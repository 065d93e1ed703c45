#include "coordinator/snapshot.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "coordinator/engine_fixture.h"
#include "coordinator/root.h"

namespace sciwright::coordinator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kTwo =
    "workflow: {nodes: {a: {exec: x}, b: {exec: x}}, dependencies: ['a,b']}\n";

TEST_F(EngineTest, ASnapshotTellsEachLineOfTheJournalOnce) {
  define(kTwo);
  Snapshot snapshot(folder());
  EXPECT_THAT(snapshot.refresh(), IsEmpty());
  EXPECT_EQ(snapshot.status(), "ready");
  succeed("a");
  succeed("b");
  run();
  const auto lines = snapshot.refresh();
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.front().event.seq, 1);
  EXPECT_EQ(lines.back().event.kind, workflow::Event::Kind::kEnd);
  EXPECT_THAT(snapshot.refresh(), IsEmpty());
  EXPECT_EQ(snapshot.status(), "done");
}

TEST_F(EngineTest, ASnapshotOfAChangedFileHasItsNodesAndWhatIsKnownOfThem) {
  define(kTwo);
  succeed("a");
  succeed("b");
  run();
  Snapshot snapshot(folder());
  const auto lines = snapshot.refresh();
  define("workflow: {nodes: {b: {exec: x}, new: {exec: x}}}\n");
  EXPECT_THAT(snapshot.refresh(), IsEmpty());
  EXPECT_THAT(snapshot.state().names(), ElementsAre("b", "new"));
  EXPECT_EQ(status_of(snapshot.state(), "b"), "done");
  EXPECT_EQ(status_of(snapshot.state(), "new"), "ready");
  define("workflow: [\n");
  snapshot.refresh();
  EXPECT_EQ(snapshot.problems().size(), 1);
  EXPECT_EQ(snapshot.state().size(), 0);
}

TEST(Root, AddsListsAndDeletesWorkflowsWithTheirFiles) {
  const TemporaryDirectory directory;
  const auto root = directory.path() / "root";
  make_directories(directory.path() / "from");
  write_file_atomic(directory.path() / "from" / "a.sh", "true\n");
  const std::string text = "workflow: {nodes: {a: {script: a.sh}}}\n";
  add_workflow(root, "demo", text, directory.path() / "from");
  EXPECT_THAT(list_workflows(root), ElementsAre("demo"));
  EXPECT_EQ(read_file(root / "demo" / "a.sh"), "true\n");
  EXPECT_THROW(add_workflow(root, "demo", text), Error);
  EXPECT_THROW(add_workflow(root, "other", "workflow: {nodes: {a: {kind: nope}}}\n"), Error);
  EXPECT_THROW(add_workflow(root, "..", text), Error);
  delete_workflow(root, "demo");
  EXPECT_THAT(list_workflows(root), IsEmpty());
  EXPECT_THAT(sorted_entries(root), IsEmpty());
}

}  // namespace
}  // namespace sciwright::coordinator
