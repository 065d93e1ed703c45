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

TEST(Root, TakesAFolderThatIsMadeWithAllButTheStatesOfWorkflows) {
  const TemporaryDirectory directory;
  const auto root = directory.path() / "root";
  const auto made = directory.path() / "made";
  for (const char* folder : {"demo.state", "old.state", "data.state"}) {
    make_directories(made / folder);
    write_file_atomic(made / folder / "journal.jsonl", "x");
  }
  write_file_atomic(made / "old.yml", "workflow: {}\n");
  write_file_atomic(made / "calibration.state", "7\n");
  make_directories(root);
  place_workflow(root, "demo", "workflow: {nodes: {a: {exec: x}}}\n", made);
  EXPECT_THAT(sorted_entries(root / "demo"),
              ElementsAre(root / "demo" / "calibration.state", root / "demo" / "data.state",
                          root / "demo" / "demo.yaml", root / "demo" / "old.yml"));
}

TEST(Root, AWorkflowWhoseJobsMayRunWithoutAnEngineIsNotDeleted) {
  const TemporaryDirectory root;
  add_workflow(root.path(), "demo", "workflow: {nodes: {a: {exec: x}}}\n");
  const WorkflowFolder folder = named_workflow(root.path(), "demo");
  make_directories(folder.state);
  workflow::Journal journal(folder.journal(), system_clock());
  journal.append({.kind = workflow::Event::Kind::kBegin, .run = 1, .nodes = {"a"}});
  journal.append({.kind = workflow::Event::Kind::kSubmitted, .node = "a", .attempt = 1});
  EXPECT_THROW(delete_workflow(root.path(), "demo"), Error);
  EXPECT_THAT(list_workflows(root.path()), ElementsAre("demo"));
  journal.append({.kind = workflow::Event::Kind::kEnded,
                  .node = "a",
                  .attempt = 1,
                  .status = workflow::NodeStatus::kFailed});
  delete_workflow(root.path(), "demo");
  EXPECT_THAT(list_workflows(root.path()), IsEmpty());
}

}  // namespace
}  // namespace sciwright::coordinator
