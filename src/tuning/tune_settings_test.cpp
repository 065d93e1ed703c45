#include "tuning/tune_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/yaml.h"

namespace sciwright::tuning {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const std::vector<campaign::KnownMetrics> kKnown = {
    {"hello", {{"mse", campaign::Direction::kLower}}}};

TuneSettings settings_of(const std::string& yaml) {
  const io::Document document = io::parse_yaml(yaml, "study.yaml");
  return read_tune_settings(
      document.value.value("tune", Json()),
      [&](const std::string& path) { return document.position(path).text(); }, kKnown);
}

std::string problem_of(const std::string& yaml) {
  try {
    settings_of(yaml);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(TuneSettings, AreRead) {
  const TuneSettings s = settings_of(
      "tune:\n  metric: mse\n  row: {subset: test, window: 26}\n  budget: {epoch: \"1,3,9\"}\n"
      "  trials: 40\n  reduction: 4\n  sampler: random\n  seed: 7\n");
  EXPECT_EQ(s.metric, "mse");
  EXPECT_EQ(s.better, "lower");  // as known of it
  EXPECT_THAT(s.row, ElementsAre(Pair("subset", "test"), Pair("window", "26")));
  EXPECT_EQ(s.budget, "epoch");
  EXPECT_THAT(s.budgets, ElementsAre(Json("1"), Json("3"), Json("9")));
  EXPECT_EQ(s.trials, 40U);
  EXPECT_EQ(s.reduction, 4U);
  const TuneSettings again = read_tune_settings(tune_section(s), {}, {});
  EXPECT_EQ(tune_section(again), tune_section(s));
  EXPECT_EQ(again.better, "lower");
}

TEST(TuneSettings, NeedNoBudget) {
  const TuneSettings s = settings_of("tune: {metric: other, better: higher}\n");
  EXPECT_EQ(s.budget, "");
  EXPECT_THAT(s.budgets, ElementsAre(Json()));
}

TEST(TuneSettings, SayAllThatIsWrong) {
  EXPECT_THAT(problem_of("a: 1\n"), HasSubstr("needs a section 'tune:'"));
  EXPECT_THAT(problem_of("tune:\n  budget: {epoch: [3, 1]}\n  reduction: 1\n  trial: 3\n"),
              AllOf(HasSubstr("study.yaml:2:3: tune.budget: expected numbers, each more"),
                    HasSubstr("study.yaml:3:3: reduction is 1, must be at least 2"),
                    HasSubstr("did you mean 'trials'"), HasSubstr("tune.metric: is missing")));
  EXPECT_THAT(problem_of("tune: {metric: other}\n"),
              HasSubstr("tune.better: whether more of the metric is better is not known"));
  EXPECT_THAT(problem_of("tune: {metric: mse, budget: {a: [1], b: [2]}}\n"),
              HasSubstr("expected one parameter with its values"));
  EXPECT_THAT(problem_of("tune: {metric: mse, budget: {a: {uniform: [0, 1]}}}\n"),
              HasSubstr("expected values, not a distribution"));
  EXPECT_THAT(problem_of("tune: {metric: mse, row: land}\n"), HasSubstr("expected fields"));
}

}  // namespace
}  // namespace sciwright::tuning
