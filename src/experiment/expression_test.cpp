#include "experiment/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> kVariables = {"epoch", "gpu", "lr"};

/// The value with epoch = 30, gpu = "a100", lr absent; or the problem as text.
Json worth(const std::string& text) {
  std::string problem;
  const auto expression = Expression::parse(text, kVariables, problem);
  if (!expression) return "problem: " + problem;
  const Json epoch = 30;
  const Json gpu = "a100";
  const std::vector<const Json*> values = {&epoch, &gpu, nullptr};
  const Evaluation out = expression->evaluate(values);
  return out.problem.empty() ? out.value : Json("problem: " + out.problem);
}

std::string problem_of(const std::string& text) { return worth(text).get<std::string>(); }

TEST(Expression, ComputesAsPython) {
  EXPECT_EQ(worth("3*2"), Json(6));
  EXPECT_EQ(worth("1 + 2 * 3 - 4"), Json(3));
  EXPECT_EQ(worth("7 / 2"), Json(3.5));
  EXPECT_EQ(worth("-7 // 2"), Json(-4));
  EXPECT_EQ(worth("-7 % 3"), Json(2));
  EXPECT_EQ(worth("-2 ** 2"), Json(-4));
  EXPECT_EQ(worth("2 ** 3 ** 2"), Json(512));
  EXPECT_EQ(worth("2 ** -1"), Json(0.5));
  EXPECT_EQ(worth("(1 + 2) * 1e-1"), Json(3 * 0.1));
  EXPECT_EQ(worth("round(2.5) + ceil(0.1) + floor(-0.5) + max(1, 5, 3) + abs(-2)"), Json(9));
  EXPECT_EQ(worth("log10(1000) + sqrt(16)"), Json(7.0));
}

TEST(Expression, LeavesTheWholeNumbersWhenTheyOverflow) {
  EXPECT_EQ(worth("9223372036854775807 + 1"), Json(9223372036854775808.0));
  EXPECT_EQ(worth("10 ** 30"), Json(1e30));
  EXPECT_EQ(worth("(-9223372036854775807 - 1) // -1"), Json(9223372036854775808.0));
}

TEST(Expression, DecidesConditions) {
  EXPECT_EQ(worth("epoch > 10 and gpu == 'a100'"), Json(true));
  EXPECT_EQ(worth("epoch = 10 || !(gpu in ['a100', \"v100\"])"), Json(false));
  EXPECT_EQ(worth("not epoch != 30 && epoch in [-1, 30]"), Json(true));
  EXPECT_EQ(worth("epoch % 2 == 0"), Json(true));
}

TEST(Expression, TakesAnAbsentVariableForNone) {
  EXPECT_EQ(worth("lr == none"), Json(true));
  EXPECT_EQ(worth("lr > 0.1 or lr < 0.1"), Json(false));
}

TEST(Expression, SuggestsTheVariableMeant) {
  EXPECT_THAT(
      problem_of("epochs > 3"),
      HasSubstr("'epochs' is not known here; texts stand in quotes; did you mean 'epoch'?"));
}

TEST(Expression, RefusesWhatIsNoExpression) {
  EXPECT_THAT(problem_of("1 +"), HasSubstr("ends too early"));
  EXPECT_THAT(problem_of("(1"), HasSubstr("')' is missing"));
  EXPECT_THAT(problem_of("1 2"), HasSubstr("did not expect '2'"));
  EXPECT_THAT(problem_of("'a"), HasSubstr("not closed"));
  EXPECT_THAT(problem_of("1x"), HasSubstr("'1x' is no number"));
  EXPECT_THAT(problem_of("epoch in [1, lr]"), HasSubstr("only numbers and 'texts'"));
  EXPECT_THAT(problem_of("__import__('os')"), HasSubstr("not known here"));
  EXPECT_THAT(problem_of(std::string(100000, '(')), HasSubstr("too deeply nested"));
}

TEST(Expression, SaysWhyThereIsNoResult) {
  EXPECT_THAT(problem_of("1 / 0"), HasSubstr("division by zero"));
  EXPECT_THAT(problem_of("epoch % 0"), HasSubstr("division by zero"));
  EXPECT_THAT(problem_of("gpu < 3"), HasSubstr("\"a100\" < 3: a number and a text"));
  EXPECT_THAT(problem_of("gpu * 2"), HasSubstr("expected numbers"));
  EXPECT_THAT(problem_of("log(0)"), HasSubstr("not a finite number"));
  EXPECT_THAT(problem_of("epoch in 3"), HasSubstr("needs a list"));
}

}  // namespace
}  // namespace sciwright::experiment
