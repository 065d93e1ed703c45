#include "campaign/rounds.h"

#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "campaign/fabricated_study.h"

namespace sciwright::campaign {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// Two learning rates, three repeats: a_1 a_2 a_3 b_1 b_2 b_3.
experiment::Manifest manifest() {
  experiment::Manifest out;
  for (const char* rate : {"a", "b"}) {
    for (int repeat = 1; repeat <= 3; ++repeat) {
      experiment::ManifestEntry entry;
      entry.name = entry.directory = fmt::format("{}_{}", rate, repeat);
      entry.parameters_json =
          experiment::parameters_text({{"rate", rate}, {"repeat", repeat}, {"seed", 100 * repeat}});
      out.entries.push_back(entry);
    }
  }
  return out;
}

TEST(Rounds, HaveOneOfEveryCombinationEach) {
  const auto rounds = rounds_of(manifest(), std::vector<std::size_t>{0, 1, 2, 3, 4, 5}, 1);
  EXPECT_THAT(rounds, ElementsAre(UnorderedElementsAre(0, 3), UnorderedElementsAre(1, 4),
                                  UnorderedElementsAre(2, 5)));
}

TEST(Rounds, CountPlacesInTheListThatTheyAreGiven) {
  EXPECT_THAT(rounds_of(manifest(), std::vector<std::size_t>{5, 1, 2}, 1),
              ElementsAre(UnorderedElementsAre(0, 1), ElementsAre(2)));
}

TEST(Rounds, AreInAnotherOrderEachTime) {
  experiment::Manifest many;
  std::vector<std::size_t> places;
  for (int i = 0; i < 20; ++i) {
    experiment::ManifestEntry entry;
    entry.parameters_json = experiment::parameters_text({{"rate", i % 10}, {"repeat", i / 10}});
    many.entries.push_back(entry);
    places.push_back(places.size());
  }
  const auto rounds = rounds_of(many, places, 1);
  std::vector<std::size_t> second = rounds.at(1);
  for (std::size_t& place : second) place -= 10;
  EXPECT_NE(rounds[0], second);
  EXPECT_EQ(rounds_of(many, places, 1), rounds);
  EXPECT_NE(rounds_of(many, places, 2), rounds);
}

TEST(StopRule, LooksAtTheIntervalOfTheMean) {
  // t(0.975, 4) = 2.776, deviation .01, so half of the interval is .0124.
  const std::vector<double> values = {0.99, 1.01, 0.9914, 1.0086, 1};
  EXPECT_TRUE(is_precise(values, {.precision_fraction = 0.0125}));
  EXPECT_FALSE(is_precise(values, {.precision_fraction = 0.01}));
  EXPECT_FALSE(is_precise(std::vector<double>{1, 1, 1.001, 1}, {.precision_fraction = 0.5}));
}

/// A simulation of the same by numpy gives .92 and a mean of 16.4 repeats.
TEST(StopRule, HoldsTheTruthNearlyAsOftenAsTheIntervalSays) {
  const StopRule rule{.precision_fraction = 0.01};
  RandomStream random(3);
  constexpr int kNumTrials = 2000;
  int num_held = 0;
  std::size_t num_repeats = 0;
  for (int trial = 0; trial < kNumTrials; ++trial) {
    std::vector<double> values;
    while (!is_precise(values, rule)) values.push_back(1 + 0.02 * random.normal());
    double sum = 0;
    for (const double value : values) sum += value;
    if (std::abs(sum / static_cast<double>(values.size()) - 1) <= 0.01) ++num_held;
    num_repeats += values.size();
  }
  EXPECT_NEAR(num_held / double{kNumTrials}, 0.925, 0.02);
  EXPECT_NEAR(static_cast<double>(num_repeats) / kNumTrials, 16.4, 0.7);
}

TEST(RepeatWatch, SettlesACombinationWhenItsRunsSayEnough) {
  const TemporaryDirectory folder;
  const experiment::Manifest study = manifest();
  const auto end = [&](const char* name, double seconds, bool valid = true) {
    record::RunResult result;
    result.benchmark = "hello";
    result.valid = valid;
    result.times_s = {{"Total", seconds}};
    make_directories(folder.path() / name / "run");
    record::write_result(folder.path() / name / "run/result.json", result);
  };
  RepeatWatch watch(folder.path(), study, {.precision_fraction = 0.05, .least_repeats = 2});
  EXPECT_FALSE(watch.is_settled(0));
  end("a_1", 10);
  end("b_1", 10);
  end("b_2", 20);
  EXPECT_FALSE(watch.is_settled(2));
  end("a_2", 10.01);
  EXPECT_TRUE(watch.is_settled(2));
  EXPECT_FALSE(watch.is_settled(5));
  end("b_3", 15, false);
  write_file_atomic(folder.path() / "b_3/run/result.json", "{");
  EXPECT_FALSE(watch.is_settled(5));
}

TEST(Precision, IsAShare) {
  EXPECT_EQ(parse_precision("1%"), 0.01);
  EXPECT_EQ(parse_precision("0.02"), 0.02);
  EXPECT_THROW(parse_precision("narrow"), Error);
  EXPECT_THROW(parse_precision("0"), Error);
  EXPECT_THROW(parse_precision("%"), Error);
}

}  // namespace
}  // namespace sciwright::campaign
