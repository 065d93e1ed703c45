#include "report/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "report/published.h"

namespace sciwright::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RunSet small_set() {
  RunSet set;
  add_published("t.csv",
                "user,early,run,epochs,test_acc,train_acc\n"
                "a,yes,1,10,0.8,0.9\na,yes,2,20,0.9,0.9\na,no,1,30,0.7,0.9\nb,yes,1,40,0.6,0.9\n",
                set);
  return set;
}

std::vector<std::vector<std::string>> labels(const Groups& groups) {
  std::vector<std::vector<std::string>> out;
  for (const Group& group : groups.groups) out.push_back(group.labels);
  return out;
}

TEST(Groups, PutRunsTogetherThatAreAlikeInAllParametersButRepeats) {
  const RunSet set = small_set();
  const Groups groups = group_runs(set, {.metrics = {"accuracy", "epochs_run"}});
  EXPECT_THAT(groups.keys, ElementsAre("user", "early"));
  EXPECT_THAT(labels(groups), ElementsAre(ElementsAre("a", "yes"), ElementsAre("a", "no"),
                                          ElementsAre("b", "yes")));
  EXPECT_THAT(groups.groups[0].samples[0].values(), ElementsAre(0.8, 0.9));
  EXPECT_THAT(groups.groups[0].samples[1].values(), ElementsAre(10, 20));
  EXPECT_DOUBLE_EQ(groups.groups[0].samples[0].summary.mean, 0.85);
}

TEST(Groups, PutRunsTogetherByWhatIsAskedFor) {
  const RunSet set = small_set();
  EXPECT_THAT(labels(group_runs(set, {.metrics = {"accuracy"}, .keys = {"team"}})),
              ElementsAre(ElementsAre("a"), ElementsAre("b")));
  EXPECT_EQ(group_runs(set, {.metrics = {"accuracy"}, .keys = {"team"}, .where = {{"early", "no"}}})
                .num_valid,
            1);
  EXPECT_EQ(group_runs(set, {.metrics = {"accuracy"}, .each = true}).groups.size(), 4);
}

TEST(Groups, KeepOnlyRunsThatAreCalledSo) {
  RunSet set = small_set();
  keep_only(set, {});
  EXPECT_EQ(set.runs.size(), 4);
  keep_only(set, {{"user", "a"}, {"early", "yes"}});
  EXPECT_EQ(set.runs.size(), 2);
}

TEST(Groups, NeverPoolPublishedTables) {
  RunSet set = small_set();
  add_published("u.csv", "user,test_acc\na,0.8\n", set);
  EXPECT_THAT(
      labels(group_runs(set, {.metrics = {"accuracy"}, .keys = {"user"}})),
      ElementsAre(ElementsAre("a", "t.csv"), ElementsAre("b", "t.csv"), ElementsAre("a", "u.csv")));
}

TEST(Groups, LeaveInvalidRunsOut) {
  RunSet set = small_set();
  set.runs[1].valid = false;
  const Groups groups = group_runs(set, {.metrics = {"accuracy"}});
  EXPECT_THAT(groups.groups[0].samples[0].values(), ElementsAre(0.8));
  EXPECT_THAT(groups.invalid, ElementsAre(1));
}

TEST(Groups, NameTheNearestMetric) {
  const RunSet set = small_set();
  try {
    group_runs(set, {.metrics = {"acuracy"}, .keys = {"usr"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("--by acuracy: no valid run has it; did you mean 'accuracy'?"));
  }
  EXPECT_THROW(group_runs(set, {.metrics = {"accuracy"}, .keys = {"usr"}}), Error);
}

TEST(Groups, TakeAllRowsWhereAKeyIsAWordOfRows) {
  RunSet set;
  const Name parameter = set.names.add("parameter");
  const Name path = set.names.add("average.val");
  report::Run run;
  run.rows = {{{{parameter, set.names.add("Next Year")}}, {{path, 0.9}}},
              {{{parameter, set.names.add("Next Month")}}, {{path, 0.5}}}};
  set.runs = {run, run};
  EXPECT_THAT(group_runs(set, {.metrics = {"average.val"}}).groups[0].samples[0].values(),
              ElementsAre(0.9, 0.9));
  const Groups groups = group_runs(set, {.metrics = {"average.val"}, .keys = {"parameter"}});
  EXPECT_THAT(labels(groups), ElementsAre(ElementsAre("Next Year"), ElementsAre("Next Month")));
  EXPECT_THAT(groups.groups[1].samples[0].values(), ElementsAre(0.5, 0.5));
  EXPECT_THAT(group_runs(set, {.metrics = {"average.val"}, .row = {{"parameter", "Next Month"}}})
                  .groups[0]
                  .samples[0]
                  .values(),
              ElementsAre(0.5, 0.5));
}

TEST(Groups, DrawIntervalsForSeveralValues) {
  const RunSet set = small_set();
  Groups groups = group_runs(set, {.metrics = {"accuracy"}});
  add_intervals(groups, 0);
  ASSERT_TRUE(groups.groups[0].samples[0].interval);
  EXPECT_GE(groups.groups[0].samples[0].interval->low, 0.8);
  EXPECT_LE(groups.groups[0].samples[0].interval->high, 0.9);
  EXPECT_FALSE(groups.groups[1].samples[0].interval);
}

}  // namespace
}  // namespace sciwright::report
