#include "server/event_streams.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::server {
namespace {

using testing::HasSubstr;

constexpr const char* kJournal =
    R"({"seq":1,"utc_ns":1,"event":"begin","schema_version":1,"workflow":"demo","run":1,"host":"h",)"
    R"("pid":1,"nodes":["a"],"definition":""})"
    "\n";

/// A root with a workflow, and someone who listens.
class Listening : public testing::Test {
 protected:
  Listening() {
    make_directories(demo() / "demo.state");
    std::ofstream(demo() / "demo.yaml") << "workflow:\n  nodes:\n    a: {exec: \"true\"}\n";
    std::ofstream(demo() / "demo.state" / "journal.jsonl") << kJournal;
  }
  std::filesystem::path demo() const { return folder_.path() / "demo"; }
  void look(int times) {
    for (int i = 0; i < times; ++i) {
      now_ns_ += 20'000'000;
      streams_.look();
    }
  }
  std::string heard() { return stream_->take(1 << 20); }

  std::int64_t now_ns_ = 1;
  TemporaryDirectory folder_;
  Site site_{.root = folder_.path(), .clock = fake_clock(&now_ns_, 0)};
  Workflows workflows_{site_};
  EventStreams streams_{workflows_, site_.clock};
  std::shared_ptr<Stream> stream_ = std::make_shared<Stream>();
};

TEST_F(Listening, AllSummariesComeFirst) {
  streams_.follow_all(stream_);
  EXPECT_THAT(heard(), HasSubstr(R"(event: snapshot
data: {"workflows":[{"name":"demo")"));
  look(50);
  EXPECT_EQ(heard(), "");
}

TEST_F(Listening, AWorkflowThatWasTakenAwayIsDeletedAndNothingElse) {
  streams_.follow_all(stream_);
  look(25);
  heard();
  std::filesystem::rename(demo(), folder_.path() / ".gone");
  look(25);
  EXPECT_EQ(heard(), "event: deleted\ndata: {\"name\":\"demo\"}\n\n");
}

TEST_F(Listening, AFollowerGetsWhatItHasNotSeen) {
  streams_.follow("demo", 1, stream_);
  std::ofstream(demo() / "demo.state" / "journal.jsonl", std::ios::app)
      << R"({"seq":2,"utc_ns":2,"event":"end","status":"done"})"
      << "\n";
  look(1);
  EXPECT_EQ(heard(),
            ": welcome\n\nid: 2\nevent: end\ndata: "
            R"({"seq":2,"utc_ns":2,"event":"end","status":"done"})"
            "\n\n");
}

}  // namespace
}  // namespace sciwright::server
