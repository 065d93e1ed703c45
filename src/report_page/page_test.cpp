#include "report_page/page.h"

#include <algorithm>
#include <cstdint>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assets/files.h"
#include "base/error.h"
#include "base/files.h"
#include "report/fabricated_runs.h"
#include "report/load.h"

namespace sciwright::report_page {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A folder with runs, and what the page says of them.
class ReportPage : public testing::Test {
 protected:
  std::filesystem::path folder() const { return folder_.path(); }

  /// The header of the page's data.
  Json data(std::size_t most_details = 200, const PictureReaders& readers = {}) const {
    const report::RunSet set = report::load({folder()});
    const report::ReportRequest request{
        .directions = {{{"cloudmask", {{"accuracy", campaign::Direction::kHigher}}}}}};
    const auto boards = report::make_leaderboards(set, request);
    const report::Document document = report::make_report(set, request, boards);
    const std::string bytes = page_data(set,
                                        {.report = request,
                                         .boards = boards,
                                         .document = document,
                                         .paths = {folder()},
                                         .most_details = most_details,
                                         .readers = readers},
                                        fake_clock(&now_ns_, 0));
    std::uint32_t length = 0;
    for (std::size_t i = 4; i-- > 0;) length = length << 8 | static_cast<unsigned char>(bytes[i]);
    EXPECT_EQ((length + 4) % 8, 0U);
    return Json::parse(bytes.substr(4, length));
  }

  void make_three_runs() const {
    report::make_run(folder() / "a", {.accuracy = 0.9, .training_s = 10});
    report::make_run(folder() / "b", {.accuracy = 0.8, .training_s = 5});
    report::make_run(folder() / "c", {.valid = false});
  }

 private:
  std::int64_t now_ns_ = 0;
  const TemporaryDirectory folder_;
};

const Json& column(const Json& table, const std::string& key) {
  const Json& columns = table.at("columns");
  const auto found =
      std::ranges::find_if(columns, [&](const Json& one) { return one.at("key") == key; });
  if (found == columns.end()) throw std::out_of_range(key);
  return *found;
}

TEST_F(ReportPage, HoldsTheTablesOfTheReportAndAllRuns) {
  make_three_runs();
  const Json page = data();
  EXPECT_EQ(page.at("schema_version"), 1);
  EXPECT_EQ(page.at("num_runs"), 3);
  EXPECT_EQ(page.at("title"), folder().string());
  ASSERT_EQ(page.at("boards").size(), 2U);
  EXPECT_EQ(page.at("boards")[0].at("metrics"), Json({"accuracy"}));
  EXPECT_EQ(page.at("boards")[0].at("directions"), Json({"higher"}));
  const Json& board = page.at("boards")[0].at("tables")[0];
  EXPECT_EQ(column(board, "baseline").at("texts").at("texts"), Json({"threshold"}));
  EXPECT_EQ(page.at("runs").at("num_lines"), 3);
  EXPECT_EQ(column(page.at("runs"), "status").at("texts").at("texts"), Json({"valid", "invalid"}));
  EXPECT_EQ(column(page.at("runs"), "accuracy").at("kind"), "score");
}

TEST_F(ReportPage, TellsAParameterFromAFactOfTheSameName) {
  report::make_run(folder() / "study/a/run");
  std::ofstream(folder() / "study/experiments.jsonl")
      << report::manifest_line_of("0123456789abcdef", "a", R"({"kind": "wide", "seed": 7})");
  const Json runs = data().at("runs");
  EXPECT_EQ(column(runs, "kind").at("texts").at("texts"), Json({"folder"}));
  EXPECT_EQ(column(runs, "setting.kind").at("texts").at("texts"), Json({"wide"}));
  EXPECT_THROW(column(runs, "setting.seed"), std::out_of_range);
}

TEST_F(ReportPage, WeighsTheScoreAgainstTheTime) {
  make_three_runs();
  const Json page = data();
  ASSERT_EQ(page.at("trade_offs").size(), 1U);
  EXPECT_EQ(page.at("trade_offs")[0].at("metrics"), Json({"accuracy", "times_s.Training"}));
  EXPECT_NO_THROW(column(page.at("trade_offs")[0].at("tables")[0], "on_front"));
}

TEST_F(ReportPage, HasCurvesAndPhasesOfTheBestRuns) {
  make_three_runs();
  for (const char* run : {"a", "b"}) {
    std::ofstream(folder() / run / "history.csv") << "epoch,train_loss\n1,0.5\n2,0.25\n";
    std::ofstream(folder() / run / "timers.csv")
        << "session,thread,depth,name,kind,status,start_utc,duration_s,message,values\n"
           "0,0,0,Total,interval,ok,2026-11-01T10:00:00.000000000Z,12.5,,\n";
  }
  const Json details = data(1).at("details");
  ASSERT_EQ(details.size(), 1U);
  EXPECT_EQ(details[0].at("name"), (folder() / "a").string());
  EXPECT_EQ(details[0].at("line"), 0);
  EXPECT_EQ(details[0].at("epochs")[0].at("key"), "epoch");
  EXPECT_EQ(details[0].at("timeline").at("phases").at("names").at("texts"), Json({"Total"}));
}

TEST_F(ReportPage, TellsWhatPicturesCannotBeRead) {
  make_three_runs();
  const PictureReaders readers = {
      {"cloudmask", [](const std::filesystem::path& run) -> RunPictures {
         if (run.filename() == "a") throw usage_error("a/masks: broken");
         return {.maps = {},
                 .scenes = {{.name = "scene", .height_px = 1, .width_px = 1, .probability = {7}}}};
       }}};
  const Json page = data(2, readers);
  EXPECT_EQ(page.at("page_problems"), Json({"a/masks: broken"}));
  ASSERT_EQ(page.at("details").size(), 1U);
  EXPECT_EQ(page.at("details")[0].at("pictures").at("scenes")[0].at("name"), "scene");
}

TEST_F(ReportPage, ShowsTheWorkflowThatLiesBesideTheRuns) {
  make_three_runs();
  std::ofstream(folder() / "demo.yaml")
      << "workflow:\n  nodes:\n    a: {exec: 'true'}\n    b: {exec: 'true'}\n"
         "  dependencies: ['a,b']\n";
  make_directories(folder() / "demo.state");
  std::ofstream(folder() / "demo.state/journal.jsonl")
      << R"({"seq":1,"utc_ns":1000000000,"event":"begin","schema_version":1,"workflow":"demo",)"
         R"("run":1,"host":"n1","pid":12,"definition":"9f","nodes":["a","b"]})"
         "\n"
         R"({"seq":2,"utc_ns":2000000000,"event":"running","node":"a","attempt":1,"host":"n2"})"
         "\n";
  const Json workflows = data().at("workflows");
  ASSERT_EQ(workflows.size(), 1U);
  EXPECT_EQ(workflows[0].at("nodes")[0].at("name"), "a");
  EXPECT_EQ(workflows[0].at("nodes")[0].at("host"), "n2");
  EXPECT_EQ(workflows[0].at("nodes")[0].at("started_s"), 1);
  EXPECT_EQ(workflows[0].at("edges").size(), 1U);
}

TEST_F(ReportPage, LetsNoTextOfARunBecomeMarkup) {
  if (assets::report_page().empty()) GTEST_SKIP() << "built without pages";
  report::make_run(folder() / "<img src=x onerror=alert(1)>");
  report::make_run(folder() / "<!--<script>");
  const report::RunSet set = report::load({folder()});
  const report::ReportRequest request{};
  const report::Document document = report::make_report(set, request);
  const std::vector<report::Leaderboard> boards = report::make_leaderboards(set, request);
  std::int64_t now_ns = 0;
  const std::string html = page_html(page_data(
      set, {.report = request, .boards = boards, .document = document}, fake_clock(&now_ns, 0)));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("<script type=\"application/octet-stream\" id=\"data\">H4sI"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

}  // namespace
}  // namespace sciwright::report_page
