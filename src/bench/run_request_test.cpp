#include "bench/run_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

BenchmarkSpec quake_spec() {
  BenchmarkSpec spec;
  spec.name = "quake";
  spec.flags = {{"--catalog", "data.catalog", "PATH", "Catalogue"},
                {"--store", "training.store", "", "A switch"}};
  spec.examples = {"--predict-only runs/second"};
  return spec;
}

std::string message_of(const std::vector<std::string>& arguments) {
  try {
    parse_run_request(quake_spec(), arguments);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(RunRequest, TurnsFlagsIntoOverrides) {
  const RunRequest r = parse_run_request(quake_spec(), {"--set", "a.b=1", "--catalog", "x.csv",
                                                        "--seed=7", "--config", "f", "--json"});
  ASSERT_EQ(r.overrides.size(), 3U);
  EXPECT_EQ(r.overrides[1].path, "data.catalog");
  EXPECT_EQ(r.overrides[1].place, "--catalog x.csv");
  EXPECT_EQ(r.overrides[2].value, Json(7));
  EXPECT_THAT(r.config_files, ElementsAre("f"));
  EXPECT_TRUE(r.json);
}

TEST(RunRequest, TurnsASwitchIntoTrue) {
  const RunRequest r = parse_run_request(quake_spec(), {"--store", "--json"});
  ASSERT_EQ(r.overrides.size(), 1U);
  EXPECT_EQ(r.overrides[0].path, "training.store");
  EXPECT_EQ(r.overrides[0].value, Json(true));
}

TEST(RunRequest, SuggestsTheFlagMeant) {
  EXPECT_THAT(message_of({"--catalogue", "x"}), HasSubstr("did you mean '--catalog'?"));
}

TEST(RunRequest, RefusesSettingsBesideResume) {
  EXPECT_THAT(message_of({"--resume", "r", "--out", "o", "--seed", "2"}),
              AllOf(HasSubstr("leave --out away"), HasSubstr("leave --config, --set")));
}

TEST(RunRequest, RefusesAForecastThatTrains) {
  EXPECT_THAT(message_of({"--resume", "r", "--predict-only", "r"}),
              HasSubstr("leave one of them away"));
}

TEST(RunRequest, RefusesAFirstDayThatIsNoDateOrForNoForecast) {
  EXPECT_THAT(message_of({"--predict-only", "r", "--from", "2020-13-01"}),
              HasSubstr("'2020-13-01' is not a date"));
  EXPECT_THAT(message_of({"--from", "2020-12-01"}), HasSubstr("--from needs --predict-only"));
}

TEST(RunRequest, RefusesEmptyValuesSinceTheyAreVariablesNobodySet) {
  EXPECT_EQ(
      message_of({"--catalog", "", "--seed", "", "--resume", ""}),
      "--seed: the value is empty\n--resume: the value is empty\n--catalog: the value is empty");
}

TEST(RunRequest, ExplainsItself) {
  const RunRequest r = parse_run_request(quake_spec(), {"--help"});
  EXPECT_THAT(r.help, AllOf(HasSubstr("--catalog"), HasSubstr("Examples:"),
                            HasSubstr("  sciwright run quake --predict-only runs/second\n")));
}

}  // namespace
}  // namespace sciwright::bench
