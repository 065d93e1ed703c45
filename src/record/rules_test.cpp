#include "record/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::record {
namespace {

std::string problems(const std::string& yaml) {
  try {
    parse_rule_set("ours", yaml);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Rules, EveryEmbeddedRuleSetCanBeRead) {
  for (const std::string& name : embedded_rule_sets()) {
    const RuleSet set = embedded_rule_set(name);
    EXPECT_FALSE(set.title.empty()) << name;
    EXPECT_FALSE(set.rules.empty()) << name;
    for (const std::string& included : set.include) embedded_rule_set(included);
  }
}

TEST(Rules, ReadsARule) {
  const RuleSet set = parse_rule_set("ours", R"(
title: Ours
include: science/common
rules:
  - key: block_start
    occurs: at_least_one_of
    or: [epoch_start]
    then: ours/{}
    severity: warning
    fix: do it
    checks:
      - metadata: [epoch_count, step_num]
        above: 0
        one_of: [1, "2", 3.5, true]
        severity: error
      - within_minutes: 30
        of_first: init_start
        some_record: true
        fix: hurry
)");
  EXPECT_EQ(set.include, std::vector<std::string>{"science/common"});
  ASSERT_EQ(set.rules.size(), 1U);
  const Rule& rule = set.rules[0];
  EXPECT_EQ(rule.rule_set, "ours");
  EXPECT_EQ(rule.occurs, Occurs::kAtLeastOnceOr);
  EXPECT_EQ(rule.alternatives, std::vector<std::string>{"epoch_start"});
  EXPECT_EQ(rule.then, "ours/{}");
  EXPECT_EQ(rule.severity, Severity::kWarning);
  ASSERT_EQ(rule.checks.size(), 2U);
  EXPECT_EQ(rule.checks[0].subject, Subject::kMetadata);
  EXPECT_EQ(rule.checks[0].names, (std::vector<std::string>{"epoch_count", "step_num"}));
  EXPECT_EQ(Json(rule.checks[0].predicates),
            Json::parse(R"([["one_of",[1,"2",3.5,true]],["above",0]])"));
  EXPECT_EQ(rule.checks[0].severity, Severity::kError);
  EXPECT_EQ(rule.checks[0].fix, "");  // the rule's is not about numbers
  EXPECT_EQ(rule.checks[1].of_first, "init_start");
  EXPECT_TRUE(rule.checks[1].some_record);
  EXPECT_EQ(rule.checks[1].severity, Severity::kWarning);
  EXPECT_EQ(rule.checks[1].fix, "hurry");
}

TEST(Rules, ListsEverythingItDoesNotUnderstand) {
  EXPECT_EQ(
      problems(R"(
titel: Ours
rules:
  - key: seed
    occurs: once
    checks:
      - abov: 0
      - above: big
      - type: float
      - one_of: 3
      - after: 3
  - occurs: exactly_one
)"),
      "ours: 'titel' is not a known word; did you mean 'title'?\n"
      "ours: rule seed: occurs is 'once', expected exactly_one, at_least_one, at_least_one_of\n"
      "ours: rule seed: 'abov' is not a known word; did you mean 'above'?\n"
      "ours: rule seed: above must be a number, is \"big\"\n"
      "ours: rule seed: type \"float\" is unknown\n"
      "ours: rule seed: one_of must be a list\n"
      "ours: rule seed: after must be a text, is 3\n"
      "ours: a rule: has no key");
}

TEST(Rules, NamesTheFileThatIsNoYaml) {
  EXPECT_THAT(problems("rules: [\n"), ::testing::StartsWith("ours: yaml-cpp: error at line 2"));
}

TEST(Rules, RefusesWhatIsNoMap) {
  EXPECT_EQ(problems("- a\n"), "ours: must be a map, is [\"a\"]");
  EXPECT_EQ(problems(""), "ours: must be a map, is null");
}

}  // namespace
}  // namespace sciwright::record
