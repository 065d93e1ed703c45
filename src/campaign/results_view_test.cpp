#include "campaign/results_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campaign/combination.h"
#include "campaign/fabricated_study.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

/// Two cards and two repeats, one of which failed and one is missing.
class View : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<Json> parameters;
    for (const char* gpu : {"a100", "v100"}) {
      for (int repeat = 1; repeat <= 2; ++repeat) {
        parameters.push_back({{"gpu", gpu}, {"repeat", repeat}});
      }
    }
    study_.generate(parameters);
    request_.known = {{"cloudmask", {{"accuracy", Direction::kHigher}}}};
    record::RunResult first = FabricatedStudy::result(0.75);
    first.times_s = {{"Training", 10}};
    first.scores[0]["intervals"] = {{"accuracy", {0.7, 0.8}}};
    first.scores[0]["seed"] = "odd";
    study_.run("gpu_a100_repeat_1", first);
    study_.run("gpu_a100_repeat_2", FabricatedStudy::result(0.25));
    record::RunResult wrong = FabricatedStudy::result(0.1);
    wrong.valid = false;
    wrong.reasons = {"the loss is not a number"};
    study_.run("gpu_v100_repeat_1", wrong);
  }

  Results results() const { return summarize_results(collect({study_.folder()}), request_); }
  std::string combined(CombinedForm form) const {
    std::string text;
    combine(collect({study_.folder()}), request_, form,
            [&](std::string_view piece) { text += piece; });
    return text;
  }

  TemporaryDirectory dir_;
  FabricatedStudy study_{dir_.path() / "project"};
  ResultsRequest request_;
};

TEST_F(View, IsATableForEachMetricAndWhatIsLeftOut) {
  EXPECT_EQ(results_text(results()),
            "accuracy (higher is better)\n"
            " gpu  n  mean        sd  median  olympic   min   max  seeds\n"
            "----  -  ----  --------  ------  -------  ----  ----  -----\n"
            "a100  2   0.5  0.353553     0.5        –  0.25  0.75   same\n"
            "\n"
            "times_s.Training (lower is better), each kind of machine by itself\n"
            " gpu  machine  n  mean\n"
            "----  -------  -  ----\n"
            "a100  EPYC     1    10\n"
            "\n"
            "2 of 4 experiments have a valid result\n"
            "1 has no result yet: gpu_v100_repeat_2\n"
            "1 is invalid and left out: gpu_v100_repeat_1 (the loss is not a number)\n");
}

TEST_F(View, SaysWhenRankedMeansAreOfUnequallyManyRuns) {
  study_.run("gpu_v100_repeat_1", FabricatedStudy::result(0.9));
  request_.metrics = {"accuracy"};
  request_.best = 3;
  EXPECT_EQ(results_text(results()),
            "accuracy (higher is better)\n"
            "rank   gpu  n  mean        sd  median  olympic   min   max  seeds\n"
            "----  ----  -  ----  --------  ------  -------  ----  ----  -----\n"
            "   1  v100  1   0.9         –     0.9        –   0.9   0.9      –\n"
            "   2  a100  2   0.5  0.353553     0.5        –  0.25  0.75   same\n"
            "the means are of 1 to 2 runs: those of few may be luck\n"
            "\n"
            "3 of 4 experiments have a valid result\n"
            "1 has no result yet: gpu_v100_repeat_2\n");
}

TEST_F(View, IsCsvWithAllDigits) {
  request_.metrics = {"accuracy"};
  request_.best = 1;
  EXPECT_EQ(results_csv(results()),
            "metric,rank,gpu,benchmark,model,system,num,mean,standard_deviation,median,"
            "olympic_mean,min,max,seeds,experiments\n"
            "accuracy,1,a100,cloudmask,,,2,0.5,0.3535533905932738,0.5,,0.25,0.75,same,"
            "gpu_a100_repeat_1 gpu_a100_repeat_2\n");
}

TEST_F(View, IsJsonWithAVersion) {
  request_.metrics = {"accuracy"};
  const Json expected = Json::parse(R"({
    "schema_version": 1, "num_experiments": 4, "num_valid": 2,
    "metrics": [{"path": "accuracy", "better": "higher", "per_system": false}],
    "groups": [{"metric": "accuracy", "parameters": {"gpu": "a100"}, "benchmark": "cloudmask",
      "model": null, "system": null, "rank": null, "num": 2, "mean": 0.5,
      "standard_deviation": 0.3535533905932738, "median": 0.5, "olympic_mean": null, "min": 0.25,
      "max": 0.75, "seeds": "same", "experiments": ["gpu_a100_repeat_1", "gpu_a100_repeat_2"],
      "values": [0.75, 0.25]}],
    "invalid": [{"experiment": "gpu_v100_repeat_1", "reasons": ["the loss is not a number"]}],
    "unreadable": [], "lacking": [], "missing": ["gpu_v100_repeat_2"], "duplicates": []})");
  EXPECT_EQ(results_json(results()), expected);
}

TEST_F(View, CombinesAllRowsAsText) {
  EXPECT_EQ(
      combined(CombinedForm::kText),
      "       experiment   gpu  repeat  benchmark  seed  system  accuracy  scores.seed  subset\n"
      "-----------------  ----  ------  ---------  ----  ------  --------  -----------  ------\n"
      "gpu_a100_repeat_1  a100       1  cloudmask     1    EPYC      0.75          odd     all\n"
      "gpu_a100_repeat_1  a100       1  cloudmask     1    EPYC      0.65                 land\n"
      "gpu_a100_repeat_2  a100       2  cloudmask     1    EPYC      0.25                  all\n"
      "gpu_a100_repeat_2  a100       2  cloudmask     1    EPYC      0.15                 land\n");
}

TEST_F(View, CombinesAllFieldsAsCsv) {
  request_.where = "accuracy > 0.5";
  EXPECT_EQ(combined(CombinedForm::kCsv),
            "experiment,gpu,repeat,benchmark,model,seed,system,accuracy,intervals.accuracy,"
            "scores.seed,subset\n"
            "gpu_a100_repeat_1,a100,1,cloudmask,,1,EPYC,0.75,\"[0.7,0.8]\",odd,all\n"
            "gpu_a100_repeat_1,a100,1,cloudmask,,1,EPYC,0.65,,,land\n");
}

TEST_F(View, CombinesAllRowsAsJson) {
  const Json out = Json::parse(combined(CombinedForm::kJson));
  EXPECT_EQ(out["schema_version"], 1);
  ASSERT_EQ(out["rows"].size(), 4U);
  EXPECT_EQ(out["rows"][3], Json::parse(R"({"experiment": "gpu_a100_repeat_2",
              "parameters": {"gpu": "a100", "repeat": 2}, "benchmark": "cloudmask", "model": null,
              "seed": 1, "system": "EPYC", "scores": {"subset": "land", "accuracy": 0.15}})"));
  request_.where = "gpu == 'k80'";
  EXPECT_EQ(Json::parse(combined(CombinedForm::kJson))["rows"], Json::array());
}

TEST_F(View, DescribesMachinesWithoutTheirNames) {
  const fs::path host = dir_.path() / "host.json";
  FabricatedStudy::write(host, R"({"hostname": "udc-an26", "cpu": {"model": "AMD EPYC 7742",
    "num_threads": 128, "allowed": "0-7,64-71", "limit": null},
    "gpus": [{"model": "NVIDIA A100"}, {"model": "NVIDIA A100"}, {"vendor": "AMD", "model": null}]})");
  EXPECT_EQ(describe_system(host), "AMD EPYC 7742 (16 threads) + AMD GPU + NVIDIA A100 × 2");
  FabricatedStudy::write(host, R"({"cpu": {"num_threads": 128, "limit": 2.5}})");
  EXPECT_EQ(describe_system(host), "unknown processor (2.5 threads)");
  FabricatedStudy::write(host, R"({"cpu": [], "gpus": 7})");
  EXPECT_EQ(describe_system(host), "unknown processor + unknown GPU");
  FabricatedStudy::write(host, "{");
  EXPECT_EQ(describe_system(host), "unknown");
  EXPECT_EQ(describe_system(dir_.path() / "none"), "unknown");
}

}  // namespace
}  // namespace sciwright::campaign
