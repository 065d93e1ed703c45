#include "report/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "report/published.h"

namespace sciwright::report {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

RunSet runs(const std::vector<double>& scores, double started_s = 0) {
  std::string text = "user,test_acc\n";
  for (const double score : scores) text += "u," + std::to_string(score) + "\n";
  RunSet set;
  add_published("t.csv", text, set);
  for (Run& run : set.runs) {
    run.started_s = started_s;
    run.finished_s = started_s + 1;
    started_s += 2;
  }
  return set;
}

ComparisonRequest request(std::optional<double> tolerance = {}) {
  ComparisonRequest out;
  out.groups.metrics = {"accuracy"};
  out.directions.known = {{"cloudmask", {{"accuracy", campaign::Direction::kHigher}}}};
  out.tolerance_fraction = tolerance;
  return out;
}

TEST(Comparison, TellsAWorseOne) {
  const Comparison found =
      compare(runs({0.90, 0.91, 0.92}), runs({0.80, 0.81, 0.82}), request(0.02));
  ASSERT_EQ(found.rows.size(), 1);
  const ComparisonRow& row = found.rows[0];
  EXPECT_EQ(row.verdict, Verdict::kWorse);
  EXPECT_NEAR(*row.change_fraction, -0.1099, 1e-4);
  // scipy.stats.ttest_ind([.80, .81, .82], [.90, .91, .92], equal_var=False)
  EXPECT_NEAR(*row.statistic, -12.247449, 1e-6);
  EXPECT_NEAR(*row.p_value, 0.00025521674944, 1e-12);
  EXPECT_EQ(row.chance_b_better, 0);
  EXPECT_TRUE(found.fails());
}

TEST(Comparison, DoesNotTakeChanceForADifference) {
  const Comparison found =
      compare(runs({0.90, 0.80, 0.95}), runs({0.85, 0.92, 0.80}), request(0.02));
  EXPECT_EQ(found.rows[0].verdict, Verdict::kNotShown);
  EXPECT_FALSE(found.fails());
}

TEST(Comparison, GatesSingleRunsByTheToleranceAlone) {
  EXPECT_TRUE(compare(runs({0.90}), runs({0.88}), request(0.02)).fails());
  EXPECT_FALSE(compare(runs({0.90}), runs({0.89}), request(0.02)).fails());
  EXPECT_FALSE(compare(runs({0.90}), runs({0.99}), request(0.02)).fails());
  EXPECT_FALSE(compare(runs({0.90}), runs({0.1}), request()).fails());
}

TEST(Comparison, WarnsWhenAllOfASideCameFirst) {
  const RunSet first = runs({0.9, 0.9, 0.91});
  EXPECT_THAT(compare(first, runs({0.9, 0.8}, 100), request()).warnings,
              Contains(HasSubstr("All runs of A were made before those of B")));
  EXPECT_THAT(compare(first, runs({0.9, 0.8}, 1), request()).warnings, IsEmpty());
}

TEST(Comparison, SaysSoWhenNothingIsInCommon) {
  ComparisonRequest other = request();
  other.where_b = {{"source", "nothing"}};
  EXPECT_THROW(compare(runs({0.9}), runs({0.9}), other), Error);
}

TEST(Comparison, AGateNeedsADirection) {
  ComparisonRequest other = request(0.02);
  other.directions = {};
  EXPECT_THROW(compare(runs({0.9}), runs({0.9}), other), Error);
}

TEST(Comparison, IsWrittenForJUnit) {
  const std::string text = comparison_junit(compare(runs({0.9}), runs({0.8}), request(0.02)));
  EXPECT_THAT(text, HasSubstr("tests=\"1\" failures=\"1\""));
  EXPECT_THAT(text, HasSubstr("name=\"accuracy [cloudmask, u]\""));
  EXPECT_THAT(text, HasSubstr("is worse than A (0.9, n = 1) by 11.11 %"));
  EXPECT_THAT(comparison_junit(compare(runs({0.9}), runs({0.9}), request(0.02))),
              Not(HasSubstr("<failure")));
}

}  // namespace
}  // namespace sciwright::report
