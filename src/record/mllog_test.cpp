#include "record/mllog.h"

#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "record/mllog_reader.h"

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kUtcStart = 1'700'000'000'000'000'000;
constexpr std::int64_t kMs = 1'000'000;

/// The line of a record whose place in the source is not what a test is about.
std::string without_place(const std::string& lines) {
  std::string out;
  for (const MllogRecord& record : parse_mllog(lines).records) {
    Json facts = record.metadata;
    facts.erase("file");
    facts.erase("lineno");
    out += record.key + ' ' + record.value.dump() + ' ' + facts.dump() + '\n';
  }
  return out;
}

std::string at(int line, const std::string& text) {
  std::string out = text;
  out.replace(out.find("LINE"), 4, std::to_string(line));
  return out;
}

struct MllogTest : ::testing::Test {
  const TemporaryDirectory dir;
  const std::filesystem::path file = dir.path() / "mllog.log";
  std::int64_t now_ns = 8 * kMs;
  const Clock clock = fake_clock(&now_ns, kUtcStart);
};

TEST_F(MllogTest, WritesTheExactLine) {
  std::ostringstream echo;
  MllogWriter log(clock, {.file = file, .echo = &echo, .name_space = {}});
  const int line = __LINE__ + 1;
  log.start("epoch_start", {{"epoch_num", 1}});
  now_ns += kMs;
  log.point("eval_accuracy", 0.93, {{"epoch_num", 1}});
  log.point("note", {{"text", "é"}, {"list", {1, true}}});
  log.end("epoch_stop");
  const std::string expected =
      at(line,
         R"(:::MLLOG {"namespace": "", "time_ms": 1700000000008, "event_type": "INTERVAL_START", "key": "epoch_start", "value": null, "metadata": {"file": "mllog_test.cpp", "lineno": LINE, "epoch_num": 1}}
)") +
      at(line + 2,
         R"(:::MLLOG {"namespace": "", "time_ms": 1700000000009, "event_type": "POINT_IN_TIME", "key": "eval_accuracy", "value": 0.93, "metadata": {"file": "mllog_test.cpp", "lineno": LINE, "epoch_num": 1}}
)") +
      at(line + 3,
         R"(:::MLLOG {"namespace": "", "time_ms": 1700000000009, "event_type": "POINT_IN_TIME", "key": "note", "value": {"list": [1, true], "text": "\u00e9"}, "metadata": {"file": "mllog_test.cpp", "lineno": LINE}}
)") +
      at(line + 4,
         R"(:::MLLOG {"namespace": "", "time_ms": 1700000000009, "event_type": "INTERVAL_END", "key": "epoch_stop", "value": null, "metadata": {"file": "mllog_test.cpp", "lineno": LINE}}
)");
  EXPECT_EQ(read_file(file), expected);
  EXPECT_EQ(echo.str(), expected);
}

TEST_F(MllogTest, WritesTheSubmissionWithBothSpellingsOfTheCommit) {
  MllogWriter log(clock, {.file = file, .name_space = "sciwright"});
  log.submission({.benchmark = "cloudmask",
                  .org = "ACME",
                  .platform = "laptop",
                  .poc_name = "Ada",
                  .poc_email = "",
                  .version = "1.0",
                  .commit = "abc"});
  EXPECT_EQ(without_place(read_file(file)),
            "submission_benchmark \"cloudmask\" {}\n"
            "submission_org \"ACME\" {}\n"
            "submission_platform \"laptop\" {}\n"
            "submission_division \"open\" {}\n"
            "submission_status \"research\" {}\n"
            "submission_poc_name \"Ada\" {}\n"
            "submission_version \"1.0\" {}\n"
            "submission_github_commit_version \"abc\" {}\n"
            "github_commit_version \"abc\" {}\n");
  EXPECT_EQ(parse_mllog(read_file(file)).records[0].name_space, "sciwright");
}

TEST_F(MllogTest, LetsTheMetadataNameAnotherPlace) {
  std::ostringstream lines;
  MllogWriter log(clock, {.file = {}, .echo = &lines, .name_space = {}});
  log.write({"POINT_IN_TIME", "seed", 7, {{"a", 1}, {"file", "b.py"}, {"lineno", 3}}, "a.cpp", 1});
  EXPECT_THAT(lines.str(), ::testing::EndsWith("\"value\": 7, \"metadata\": {\"file\": \"b.py\", "
                                               "\"lineno\": 3, \"a\": 1}}\n"));
}

TEST_F(MllogTest, RefusesMetadataThatIsNoObject) {
  MllogWriter log(clock, {.file = file, .name_space = {}});
  try {
    log.point("eval_accuracy", 0.9, Json::array({"epoch_num", 1}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "mllog 'eval_accuracy': metadata must be an object, is [\"epoch_num\",1]");
  }
}

TEST_F(MllogTest, AResumedLogTellsTheGapAndRepeatsNothing) {
  const auto session = [&](bool resume, int first_epoch) {
    MllogWriter log(clock, {.file = file, .name_space = {}, .resume = resume});
    log.point("submission_org", "ACME");
    log.start("run_start");
    for (int epoch = first_epoch; epoch < first_epoch + 2; ++epoch) {
      log.start("epoch_start", {{"epoch_num", epoch}});
      log.point("eval_accuracy", 0.5, {{"epoch_num", epoch}});
    }
  };
  session(false, 1);
  now_ns += 90'500 * kMs;
  session(true, 2);
  EXPECT_EQ(without_place(read_file(file)),
            "submission_org \"ACME\" {}\n"
            "run_start null {}\n"
            "epoch_start null {\"epoch_num\":1}\n"
            "eval_accuracy 0.5 {\"epoch_num\":1}\n"
            "epoch_start null {\"epoch_num\":2}\n"
            "eval_accuracy 0.5 {\"epoch_num\":2}\n"
            "resume {\"gap_s\":90.5} {}\n"
            "epoch_start null {\"epoch_num\":2}\n"
            "epoch_start null {\"epoch_num\":3}\n"
            "eval_accuracy 0.5 {\"epoch_num\":3}\n");
}

TEST_F(MllogTest, TakesOutALineThatTheEndOfAProcessCutShort) {
  MllogWriter(clock, {.file = file, .name_space = {}}).point("seed", 7);
  const std::string whole = read_file(file);
  for (const std::size_t length : {3U, 40U}) {
    write_file_atomic(file, whole + whole.substr(0, length));
    MllogWriter(clock, {.file = file, .name_space = {}, .resume = true}).start("run_start");
    EXPECT_TRUE(read_file(file).starts_with(whole + ":::MLLOG {\"namespace\": \"\", \"time_ms\""));
    EXPECT_EQ(without_place(read_file(file)),
              "seed 7 {}\nresume {\"gap_s\":0.0} {}\nrun_start null {}\n");
  }
}

TEST_F(MllogTest, KeepsARecordThatLacksOnlyItsLineEnd) {
  MllogWriter(clock, {.file = file, .name_space = {}}).point("seed", 7);
  std::string text = read_file(file);
  text.pop_back();
  write_file_atomic(file, text);
  MllogWriter(clock, {.file = file, .name_space = {}, .resume = true}).start("run_start");
  EXPECT_EQ(without_place(read_file(file)),
            "seed 7 {}\nresume {\"gap_s\":0.0} {}\nrun_start null {}\n");
}

TEST_F(MllogTest, ResumesALogThatIsNotThereYet) {
  MllogWriter(clock, {.file = file, .name_space = {}, .resume = true}).point("seed", 7);
  EXPECT_EQ(without_place(read_file(file)), "seed 7 {}\n");
}

TEST_F(MllogTest, KeepsLinesOfThreadsWholeAndTimesInOrder) {
  MllogWriter log(system_clock(), {.file = file, .name_space = {}});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) log.point("step", std::string(200, 'x'), {{"step_num", i}});
      });
    }
  }
  const MllogText text = parse_mllog(read_file(file));
  EXPECT_EQ(text.records.size(), 2000U);
  EXPECT_TRUE(text.bad_lines.empty());
  EXPECT_TRUE(std::is_sorted(
      text.records.begin(), text.records.end(),
      [](const MllogRecord& a, const MllogRecord& b) { return a.time_ms < b.time_ms; }));
}

}  // namespace
}  // namespace sciwright::record
