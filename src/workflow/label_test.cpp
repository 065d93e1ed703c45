#include "workflow/label.h"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "base/clock.h"

namespace sciwright::workflow {
namespace {

/// Of a date and a time of that day, UTC.
std::int64_t ns(const std::string& date, int hour, int minute, int second) {
  const std::int64_t seconds = parse_iso_date(date) * 86'400 + hour * 3600 + minute * 60 + second;
  return seconds * 1'000'000'000;
}

/// The original's vector: gregor at five percent on 2026-11-22.
class LabelTest : public testing::Test {
 protected:
  LabelTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    node.name = "gregor";
    state.progress = 5;
    context.now_utc_ns = ns("2026-11-22", 0, 4, 27);
    context.environment = [](const std::string& name) {
      return name == "HOME" ? std::optional<std::string>("/home/gregor") : std::nullopt;
    };
  }
  std::string render(const std::string& label) {
    node.label = label;
    return render_label(node, state, context);
  }

  Node node;
  NodeState state;
  LabelContext context;
};

TEST_F(LabelTest, RendersTheOriginalsVector) {
  EXPECT_EQ(render("name={name} home={os.HOME} debug={cm.debug} "
                   "date={now.%m/%d/%Y, %H--%M--%S} p={progress}"),
            "name=gregor home=/home/gregor debug=None date=11/22/2026, 00:04:27 p=5");
}

TEST_F(LabelTest, IsTheNameWithoutALabel) { EXPECT_EQ(render(""), "gregor"); }

TEST_F(LabelTest, HasTheUsualTimeFormat) { EXPECT_EQ(render("{now}"), "11/22/2026, 00:04:27"); }

TEST_F(LabelTest, TakesAColonInAFormatToo) { EXPECT_EQ(render("{now.%H:%M}"), "00:04"); }

TEST_F(LabelTest, LeavesDashesOutsideOfFormats) { EXPECT_EQ(render("a--b {name}"), "a--b gregor"); }

TEST_F(LabelTest, SaysWhatIsNotKnownYet) {
  EXPECT_EQ(render("{tstart} {tend} {t1} {dt} {dt1} {exit_code}"), "N/A N/A N/A N/A N/A N/A");
}

TEST_F(LabelTest, LeavesWhatNobodyKnows) {
  EXPECT_EQ(render("{colour} {os.NOWHERE} {open"), "{colour} {os.NOWHERE} {open");
}

TEST_F(LabelTest, CountsHoursBeyondADay) {
  state.started_utc_ns = ns("2026-11-20", 23, 0, 0);
  state.ended_utc_ns = ns("2026-11-22", 0, 1, 5);
  EXPECT_EQ(render("{dt} {dt.%d d %H h} {dt.%M--%S}"), "25:01:05 1 d 01 h 01:05");
}

TEST_F(LabelTest, KnowsTheTimesOfNodeAndWorkflow) {
  context.started_utc_ns = ns("2026-11-22", 0, 0, 27);
  context.ended_utc_ns = ns("2026-11-22", 0, 3, 27);
  context.created_utc_ns = ns("2026-11-21", 10, 0, 0);
  state.started_utc_ns = ns("2026-11-22", 0, 1, 27);
  EXPECT_EQ(render("{created.%d} {t0.%M} {t1.%M} {tstart.%M} {dt} {dt0} {dt1}"),
            "21 00 03 01 00:03:00 00:04:00 00:03:00");
}

TEST_F(LabelTest, KnowsStateValuesAndTheFilesAttributes) {
  node.kind = NodeKind::kSsh;
  node.host = "n1";
  node.attributes.edit() = {{"number", "7"}, {"score", "file"}};
  state.status = NodeStatus::kRunning;
  state.values.edit() = {{"score", "0.7"}};
  EXPECT_EQ(render("{status} {kind} {host} {number} {score}"), "running ssh n1 7 0.7");
}

TEST_F(LabelTest, TurnsGraphvizLineEndsIntoLines) {
  EXPECT_EQ(render("{name}\\nprogress={progress}"), "gregor\nprogress=5");
}

}  // namespace
}  // namespace sciwright::workflow
