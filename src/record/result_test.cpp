#include "record/result.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::record {
namespace {

constexpr const char* kDocument = R"({
  "benchmark": "earthquake",
  "config_hash": "abc",
  "details": {
    "num_parameters": 8005334
  },
  "energy": null,
  "finished_utc": "2026-11-22T00:10:00Z",
  "io": null,
  "memory": {
    "peak_bytes": 4096
  },
  "model": "tft",
  "num_sessions": 2,
  "program_version": null,
  "reasons": [
    "loss is not a number"
  ],
  "schema_version": 1,
  "scores": [
    {
      "nnse": 0.93,
      "parameter": "Next Year Back"
    }
  ],
  "seed": 18446744073709551615,
  "started_utc": "2026-11-22T00:00:00Z",
  "times_s": {
    "Final plots": null,
    "Total": 600.5
  },
  "valid": false,
  "waiting": {
    "queue_s": 12.5
  }
}
)";

RunResult result() {
  RunResult r;
  r.benchmark = "earthquake";
  r.model = "tft";
  r.seed = 18446744073709551615U;
  r.config_hash = "abc";
  r.valid = false;
  r.reasons = {"loss is not a number"};
  r.scores.push_back({{"parameter", "Next Year Back"}, {"nnse", 0.93}});
  r.details = {{"num_parameters", 8005334}};
  r.times_s = {{"Total", 600.5}, {"Final plots", std::nullopt}};
  r.started_utc = "2026-11-22T00:00:00Z";
  r.finished_utc = "2026-11-22T00:10:00Z";
  r.num_sessions = 2;
  r.waiting = {{"queue_s", 12.5}};
  r.memory = {{"peak_bytes", 4096}};
  return r;
}

std::string problems(const std::string& text) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "result.json", text);
  try {
    read_result(dir.path() / "result.json");
  } catch (const Error& error) {
    std::string out = error.what();
    const std::string prefix = (dir.path() / "").string();
    for (std::size_t at; (at = out.find(prefix)) != std::string::npos;)
      out.erase(at, prefix.size());
    return out;
  }
  return "";
}

TEST(Result, WritesSortedJsonWithNullsForTheUnknown) {
  const TemporaryDirectory dir;
  write_result(dir.path() / "result.json", result());
  EXPECT_EQ(read_file(dir.path() / "result.json"), kDocument);
}

TEST(Result, ReadsBackWhatItWrote) {
  const RunResult back = parse_result(result_json(result()), "result.json");
  EXPECT_EQ(result_json(back), result_json(result()));
  EXPECT_FALSE(back.times_s.at("Final plots"));
}

TEST(Result, ListsEverythingThatIsWrong) {
  EXPECT_EQ(problems(R"({"schema_version": 1, "benchmark": "x", "seed": "7", "valid": true,
    "reasons": [], "scores": [], "details": {}, "model": null, "program_version": null,
    "config_hash": null, "started_utc": null, "finished_utc": null, "num_sessions": 1,
    "times_s": {"Total": "long"}})"),
            "result.json: 'seed' has the wrong type: \"7\"\n"
            "result.json: lacks 'energy'\n"
            "result.json: times_s of 'Total' is no number");
}

TEST(Result, RefusesAnotherSchema) {
  EXPECT_EQ(problems("{\"schema_version\": 2}"), "result.json: schema_version is 2, expected 1");
  EXPECT_EQ(problems("[]"), "result.json: schema_version is null, expected 1");
}

TEST(Result, RefusesHalfAFile) {
  EXPECT_EQ(problems("{\"schema_version\": 1, "),
            "result.json: is not complete, is no JSON, or has more than 100 levels");
}

}  // namespace
}  // namespace sciwright::record
