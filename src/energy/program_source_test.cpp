#include "energy/program_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/csv.h"

namespace sciwright::energy {
namespace {

using ::testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;

/// A program whose output is the watts of a node, or nothing.
ProgramQuery node_watts(std::int64_t period_ns = 0) {
  return {"meter", "meter --watts",
          [](const std::string& output) -> std::vector<DeviceReading> {
            const auto watts = io::parse_double(output);
            if (!watts) return {};
            Reading reading;
            reading.power_w = watts;
            return {{{"node", "meter", DeviceKind::kNode, "", Origin::kMeasured}, reading}};
          },
          period_ns};
}

TEST(ProgramSource, ReadsAProgramsOutput) {
  std::string output = "220";
  ProgramSource source(node_watts(), [&](const std::string& command) {
    EXPECT_EQ(command, "meter --watts");
    return std::optional(output);
  });
  ASSERT_EQ(source.devices().size(), 1U);
  output = "230.5";
  EXPECT_EQ(source.read(0).at(0).power_w, 230.5);
}

TEST(ProgramSource, GivesAnEmptyReadingWhenTheProgramFails) {
  std::optional<std::string> output = "220";
  ProgramSource source(node_watts(), [&](const std::string&) { return output; });
  output.reset();
  EXPECT_EQ(source.read(0).at(0), Reading{});
}

TEST(ProgramSource, IsNotAskedMoreOftenThanItsPeriod) {
  ProgramSource source(node_watts(30 * kSecond),
                       [](const std::string&) { return std::optional<std::string>("220"); });
  EXPECT_EQ(source.read(0).size(), 1U);
  EXPECT_THAT(source.read(29 * kSecond), IsEmpty());
  EXPECT_EQ(source.read(30 * kSecond).size(), 1U);
}

TEST(ProgramSource, HasNoDeviceWithoutItsProgram) {
  const ProgramSource source(node_watts(), run_program);
  EXPECT_THAT(source.devices(), IsEmpty());
  EXPECT_EQ(source.problem(), "the program is not installed");
}

TEST(RunProgram, GivesWhatAProgramWrites) { EXPECT_EQ(run_program("echo 12 W").output, "12 W\n"); }

TEST(RunProgram, TellsWhyThereIsNothing) {
  EXPECT_EQ(run_program("false").output, std::nullopt);
  EXPECT_EQ(run_program("false").problem, "the program fails with exit code 1");
  EXPECT_EQ(run_program("no-such-meter").problem, "the program is not installed");
  EXPECT_EQ(run_program_for("sleep 60", 0.05).problem, "the program does not answer within 0.05 s");
}

}  // namespace
}  // namespace sciwright::energy
