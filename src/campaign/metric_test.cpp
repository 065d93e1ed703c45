#include "campaign/metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::campaign {
namespace {

using ::testing::ElementsAre;

record::RunResult earthquake_result() {
  record::RunResult result;
  result.benchmark = "earthquake";
  result.model = "tft";
  result.seed = 7;
  result.scores = Json::parse(
      R"([{"parameter": "Next 2 weeks Now", "average": {"all": 0.8, "val": 0.7}, "mse": 0.1,
           "baselines": {"climatology": {"average": 0.5}}},
          {"parameter": "Next Year Back", "average": {"all": 0.6, "val": null}, "window": 26}])");
  result.times_s = {{"Training", 12.5}, {"Run v1.2", 3.0}, {"Total", std::nullopt}};
  result.energy = Json::parse(R"({"joules": 500, "devices": [{"joules": 300}, {"joules": 200}]})");
  result.io = {{"stall_fraction", 0.25}};
  result.memory = {{"peak_bytes", 4096}};
  return result;
}

const std::vector<KnownMetrics> kKnown = {
    {"earthquake", {{"average", Direction::kHigher}, {"mse", Direction::kLower}}}};

TEST(Metric, LooksIntoTheFirstRowOfScores) {
  const record::RunResult result = earthquake_result();
  EXPECT_EQ(value_at(result, "average.val", {}), Json(0.7));
  EXPECT_EQ(value_at(result, "parameter", {}), Json("Next 2 weeks Now"));
  EXPECT_EQ(number_at(result, "baselines.climatology.average", {}), 0.5);
  EXPECT_EQ(number_at(result, "parameter", {}), std::nullopt);
  EXPECT_EQ(value_at(result, "average.value", {}), Json());
  EXPECT_EQ(value_at(result, "average.val.more", {}), Json());
}

TEST(Metric, LooksIntoTheRowThatWasAskedFor) {
  const record::RunResult result = earthquake_result();
  const RowChoice row = parse_row_choice({"parameter=Next Year Back", "window=26"});
  EXPECT_EQ(number_at(result, "average.all", row), 0.6);
  EXPECT_EQ(number_at(result, "average.val", row), std::nullopt);
  EXPECT_EQ(number_at(result, "average.all", parse_row_choice({"window=25"})), std::nullopt);
  EXPECT_THROW(parse_row_choice({"window"}), Error);
}

TEST(Metric, LooksBesideTheScores) {
  const record::RunResult result = earthquake_result();
  EXPECT_EQ(number_at(result, "times_s.Training", {}), 12.5);
  EXPECT_EQ(number_at(result, "times_s.Run v1.2", {}), 3.0);
  EXPECT_EQ(number_at(result, "times_s.Total", {}), std::nullopt);
  EXPECT_EQ(number_at(result, "energy.devices.1.joules", {}), 200);
  EXPECT_EQ(number_at(result, "energy.devices.2.joules", {}), std::nullopt);
  EXPECT_EQ(number_at(result, "io.stall_fraction", {}), 0.25);
  EXPECT_EQ(number_at(result, "seed", {}), 7);
  EXPECT_EQ(value_at(result, "model", {}), Json("tft"));
}

TEST(Metric, ListsWhatThereIs) {
  EXPECT_THAT(number_paths(earthquake_result(), {}),
              ElementsAre("average.all", "average.val", "baselines.climatology.average", "mse",
                          "times_s.Run v1.2", "times_s.Training", "energy.joules",
                          "io.stall_fraction", "memory.peak_bytes"));
}

TEST(Metric, KnowsWhichWayIsBetter) {
  EXPECT_EQ(direction_of("average.val", kKnown), Direction::kHigher);
  EXPECT_EQ(direction_of("average_val", kKnown), std::nullopt);
  EXPECT_EQ(direction_of("baselines.climatology.mse", kKnown), Direction::kLower);
  EXPECT_EQ(direction_of("times_s.Training", kKnown), Direction::kLower);
  EXPECT_EQ(direction_of("energy.devices.0.joules", kKnown), Direction::kLower);
  EXPECT_EQ(direction_of("energy.samples_per_joule", kKnown), Direction::kHigher);
  EXPECT_EQ(direction_of("energy.coverage_fraction", kKnown), std::nullopt);
  EXPECT_EQ(direction_of("memory.peak_bytes", kKnown), Direction::kLower);
  EXPECT_EQ(direction_of("window", kKnown), std::nullopt);
}

TEST(Metric, KnowsWhatDependsOnTheMachine) {
  EXPECT_TRUE(depends_on_system("times_s.Training"));
  EXPECT_TRUE(depends_on_system("energy.joules"));
  EXPECT_TRUE(depends_on_system("io.read_bytes"));
  EXPECT_TRUE(depends_on_system("memory.peak_bytes"));
  EXPECT_TRUE(depends_on_system("details.timing.first_epoch"));
  EXPECT_FALSE(depends_on_system("details.model.num_weights"));
  EXPECT_FALSE(depends_on_system("accuracy"));
}

}  // namespace
}  // namespace sciwright::campaign
