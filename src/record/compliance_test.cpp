#include "record/compliance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "record/compliance_logs.h"

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The findings on a log, without the parts that need no repetition in every test.
std::string findings(const std::string& log, const ComplianceOptions& options = {}) {
  return compliance_text(check_mllog(log, options), "log");
}

TEST(Compliance, TheMinimalLogOfEighteenLinesPasses) {
  const auto log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.12);
  ASSERT_EQ(log.size(), 18U);
  const ComplianceReport report = check_mllog(text_of(log));
  EXPECT_EQ(compliance_text(report, "log"), "");
  EXPECT_TRUE(report.passed(true));
  EXPECT_THAT(report.rule_sets,
              ElementsAre("hpc_3.0.0/common", "hpc_3.0.0/open_common", "hpc_3.0.0/open_cosmoflow"));
}

TEST(Compliance, AScienceLogPassesItsRules) {
  const ComplianceReport report = check_mllog(text_of(science_log("earthquake", {{"nnse", 0.93}})));
  EXPECT_EQ(compliance_text(report, "log"), "");
  EXPECT_THAT(report.rule_sets, ElementsAre("science/earthquake", "science/common"));
}

TEST(Compliance, SaysWhatToDoAboutAMissedTarget) {
  EXPECT_EQ(findings(text_of(science_log("earthquake", {{"nnse", 0.477}}))),
            "log:21: warning: result: field nnse must be above 0.8; found 0.477; to fix: log a "
            "value above 0.8; a measured one stays as it is: train longer, or with other settings "
            "[science/earthquake]\n");
}

TEST(Compliance, SaysWhatToDoAboutAQuotedNumber) {
  EXPECT_EQ(findings(text_of(science_log("earthquake", {{"nnse", "0.9"}}))),
            "log:21: warning: result: field nnse must be a number above 0.8; found \"0.9\"; to "
            "fix: log a number, without quotes [science/earthquake]\n");
}

TEST(Compliance, SaysWhatToDoAboutARecordWithoutTime) {
  auto log = science_log("earthquake", {{"nnse", 0.93}});
  log[9].erase("time_ms");
  EXPECT_THAT(findings(text_of(log)),
              HasSubstr("found a line that lacks 'time_ms'; to fix: write time_ms (a number), key "
                        "(text), value and metadata (an object) into every record [format]\n"));
}

TEST(Compliance, TellsOfABenchmarkItDoesNotKnow) {
  auto log = science_log("Earthquake", {{"nnse", 0.93}});
  EXPECT_THAT(
      findings(text_of(log)),
      HasSubstr("warning: submission_benchmark: must name a known benchmark; for others "
                "the training rules apply; found 'Earthquake'; did you mean "
                "'earthquake'?; to fix: log one of cloudmask, cosmoflow, deepcam, "
                "earthquake, hello, oc20, openfold, stemdl, uno, or name the rules with --rules "
                "[training/common]\n"));
}

TEST(Compliance, AScienceLogPassesTheHpcRulesUnderTheNameCosmoflow) {
  auto log = science_log("cosmoflow", {{"nnse", 0.93}});
  log.insert(log.end() - 2, point("eval_error", 0.1, {{"epoch_num", 1}}));
  EXPECT_EQ(findings(text_of(log)), "");
}

TEST(Compliance, ReadsAroundOtherOutputAndPythonValues) {
  auto log = science_log("cloudmask", "{'inference': {'avg_accuracy': 0.95}, 'done': True}");
  EXPECT_EQ(findings("Epoch 1\n\xff\xfe\n" + text_of(log) + "bye"), "");
}

TEST(Compliance, SaysLineRuleFindingAndFix) {
  auto log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.2);
  log[3]["value"] = "success";
  log[9]["value"] = "";
  log[11]["metadata"] = Json::object();
  std::swap(log[7], log[8]);
  log.erase(log.begin());
  std::string text = text_of(log);
  text.insert(0, ":::MLLOG {\"namespace\": \"\", \"ti\n");
  EXPECT_EQ(
      findings(text),
      "log:1: error: must be one record in JSON; found a line that is not complete or is no JSON; "
      "to fix: write each record as one whole line, from one process [format]\n"
      "log:4: error: submission_status: the value must be one of cloud, onprem, preview, research; "
      "found \"success\"; to fix: log where the system stands; whether the run went well belongs "
      "into the status of run_stop [hpc_3.0.0/common]\n"
      "log:8: error: run_start: must come after init_stop; found no init_stop before it; "
      "to fix: log init_stop first [hpc_3.0.0/common]\n"
      "log:9: error: init_stop: must come before run_start; found run_start in line 8; to fix: log "
      "it before run_start [hpc_3.0.0/common]\n"
      "log:10: error: train_samples: the value must be something that is not empty; "
      "found \"\"; to fix: log something that is not empty [hpc_3.0.0/common]\n"
      "log:12: error: epoch_start: metadata epoch_num must be there; found none; to fix: add "
      "\"epoch_num\" [hpc_3.0.0/common]\n"
      "log:14: error: eval_error: the value must be at most 0.124 in one record at least; found "
      "0.2 in the last one; to fix: log a value at most 0.124; a measured one stays as it is: "
      "train longer, or with other settings [hpc_3.0.0/open_cosmoflow]\n"
      "log:16: warning: epoch_stop: metadata epoch_num must also be that of epoch_start before it; "
      "found 1 without one; to fix: log both ends of each interval with the same epoch_num "
      "[hpc_3.0.0/common]\n"
      "log:18: error: submission_org: must occur exactly once; found no such record; to fix: log a "
      "record with the key \"submission_org\" [hpc_3.0.0/common]\n");
}

TEST(Compliance, AQuotedNumberIsNoNumber) {
  auto log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.1);
  log[13]["value"] = "0.1";
  EXPECT_EQ(findings(text_of(log)),
            "log:14: error: eval_error: the value must be a number at most 0.124 in one record at "
            "least; found \"0.1\" in the last one; to fix: log a number, without quotes "
            "[hpc_3.0.0/open_cosmoflow]\n");
}

TEST(Compliance, OneEpochThatMeetsTheTargetIsEnough) {
  auto log = minimal_hpc_log("deepcam", "open", "eval_accuracy", 0.83);
  log.insert(log.begin() + 13, point("eval_accuracy", 0.5, {{"epoch_num", 1}}));
  log.insert(log.begin() + 15, point("eval_accuracy", 0.6, {{"epoch_num", 1}}));
  EXPECT_EQ(findings(text_of(log)), "");
}

TEST(Compliance, ARepeatedRecordIsAWarningIfItSaysTheSame) {
  auto log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.1);
  log.push_back(point("submission_org", "ACME"));
  const ComplianceReport same = check_mllog(text_of(log));
  EXPECT_TRUE(same.passed());
  EXPECT_FALSE(same.passed(true));
  log.back()["value"] = "Other";
  EXPECT_FALSE(check_mllog(text_of(log)).passed());
}

TEST(Compliance, BlocksWillDoInsteadOfEpochs) {
  auto log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.1);
  const Json block = {{"first_epoch_num", 1}, {"epoch_count", 2}};
  log[11] = start("block_start", block);
  log[15] = end("block_stop", block);
  log.erase(log.begin() + 14);
  log.erase(log.begin() + 12);
  EXPECT_EQ(findings(text_of(log)), "");
  log[11]["metadata"]["epoch_count"] = 0;
  EXPECT_EQ(findings(text_of(log)),
            "log:12: error: block_start: metadata epoch_count must be above 0; found 0; to fix: "
            "log a value above 0; a measured one stays as it is: train longer, or with other "
            "settings [hpc_3.0.0/common]\n");
}

TEST(Compliance, AScienceTargetThatIsMissedIsAWarning) {
  const ComplianceReport report = check_mllog(text_of(science_log("earthquake", {{"nnse", 0.6}})));
  EXPECT_TRUE(report.passed());
  EXPECT_EQ(compliance_text(report, "log"),
            "log:21: warning: result: field nnse must be above 0.8; found 0.6; to fix: log a "
            "value above 0.8; a measured one stays as it is: train longer, or with other settings "
            "[science/earthquake]\n");
}

TEST(Compliance, ChecksUnknownBenchmarksByTheTrainingRules) {
  const auto log = minimal_hpc_log("resnet", "open", "eval_accuracy", 0.7);
  const ComplianceReport report = check_mllog(text_of(log));
  EXPECT_TRUE(report.passed());
  EXPECT_THAT(report.rule_sets, ElementsAre("training/common", "training/open_common"));
}

TEST(Compliance, StepsWillDoInTheTrainingRules) {
  auto log = minimal_hpc_log("resnet", "open", "eval_accuracy", 0.7);
  for (const std::size_t i : {11U, 12U, 13U, 14U, 15U}) log[i]["metadata"] = {{"step_num", 64}};
  EXPECT_EQ(findings(text_of(log)), "");
}

TEST(Compliance, FindsNoRecordInAnEmptyFile) {
  EXPECT_EQ(findings("hello\n"),
            "log:1: error: must hold records; found no line with :::MLLOG; to fix: pass the file "
            "that the run logged to [format]\n");
}

TEST(Compliance, TakesOwnRulesOnTop) {
  const RuleSet own =
      parse_rule_set("ours", "rules:\n  - key: train_samples\n    checks: [{equals: 5}]\n");
  const auto log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.1);
  EXPECT_EQ(findings(text_of(log), {.own = {own}}),
            "log:10: error: train_samples: the value must be 5; found 900; to fix: log 5 [ours]\n");
}

TEST(Compliance, RefusesAnUnknownRuleSet) {
  try {
    check_mllog("", {.rule_set = "science/cloudmsk"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "no rule set 'science/cloudmsk'; did you mean 'science/cloudmask'?");
  }
}

TEST(Compliance, WritesJson) {
  auto log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.1);
  log[1]["value"] = "";
  EXPECT_EQ(compliance_json(check_mllog(text_of(log)), "mllog.log"), Json::parse(R"({
    "schema_version": 1,
    "file": "mllog.log",
    "passed": false,
    "rule_sets": ["hpc_3.0.0/common", "hpc_3.0.0/open_common", "hpc_3.0.0/open_cosmoflow"],
    "findings": [{
      "line": 2, "severity": "error", "rule_set": "hpc_3.0.0/common", "key": "submission_platform",
      "rule": "the value must be something that is not empty", "found": "\"\"",
      "fix": "log something that is not empty"}]})"));
}

}  // namespace
}  // namespace sciwright::record
