#include "bench/run_energy.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'790'000'000 * kSecond;

record::Interval interval(const std::string& name, std::int64_t start_s, std::int64_t duration_s) {
  record::Interval i;
  i.name = name;
  i.start_utc_ns = kStart + start_s * kSecond;
  i.duration_ns = duration_s * kSecond;
  return i;
}

/// A run folder, and a machine with one package whose counter a test sets.
class EnergyOfARun : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("SCIWRIGHT_SENSOR_ROOT", directory_.path().c_str(), 1);
    ::setenv("SCIWRIGHT_NVML", "libno-such-driver.so.1", 1);
    search_path_ = std::getenv("PATH");
    ::setenv("PATH", directory_.path().c_str(), 1);  // no nvidia-smi, no rocm-smi
    make_directories(paths_.plots);
  }
  void TearDown() override {
    ::unsetenv("SCIWRIGHT_SENSOR_ROOT");
    ::unsetenv("SCIWRIGHT_NVML");
    ::setenv("PATH", search_path_.c_str(), 1);
  }
  void put_counter(const std::string& energy_uj) const {
    const auto zone = directory_.path() / "sys/class/powercap/intel-rapl:0";
    make_directories(zone);
    std::ofstream(zone / "name") << "package-0\n";
    std::ofstream(zone / "energy_uj") << energy_uj << "\n";
  }
  /// The trace that an earlier session of the run left.
  void put_trace(int num_samples, double step_j) const {
    energy::TraceWriter writer(paths_.energy);
    for (int i = 0; i < num_samples; ++i) {
      energy::Reading reading;
      reading.energy_j = i * step_j;
      writer.append({"cpu0", "powercap", energy::DeviceKind::kCpuPackage, "package-0",
                     energy::Origin::kMeasured},
                    {kStart + i * kSecond, 0, 0, reading});
    }
  }

  std::string search_path_;
  TemporaryDirectory directory_;
  record::RunPaths paths_{directory_.path() / "run"};
};

TEST_F(EnergyOfARun, IsNullWithTheReasonWhereThereIsNoSensor) {
  RunEnergy energy(paths_, 1, system_clock());
  energy.finish({});
  EXPECT_EQ(energy.report()["joules"], nullptr);
  EXPECT_THAT(energy.report()["reason"].get<std::string>(),
              StartsWith("not measured: no readable sensor (nvml: "));
  EXPECT_FALSE(std::filesystem::exists(paths_.energy));
}

TEST_F(EnergyOfARun, IsNotMeasuredWhenSwitchedOff) {
  put_counter("1000000");
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish({});
  EXPECT_EQ(energy.report()["reason"], "not measured: energy.delay_s is 0");
}

TEST_F(EnergyOfARun, GoesIntoEnergyCsv) {
  put_counter("1000000");
  RunEnergy energy(paths_, 1, system_clock());
  energy.finish({});
  EXPECT_THAT(read_file(paths_.energy), HasSubstr(",cpu0,cpu,powercap,measured,package-0,,1,"));
}

TEST_F(EnergyOfARun, CountsPhasesEpochsAndSamples) {
  put_trace(11, 50);
  write_file_atomic(paths_.history, "epoch,samples\n1,300\n2,100\n");
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish({interval("Total", 0, 10), interval("Training", 2, 8), interval("Epoch", 2, 4),
                 interval("Epoch", 6, 4)});
  const energy::Json& report = energy.report();
  EXPECT_NEAR(report["joules"].get<double>(), 500, 1e-9);
  EXPECT_NEAR(report["phases"]["Training"]["joules"].get<double>(), 400, 1e-9);
  EXPECT_NEAR(report["epochs"][1]["joules"].get<double>(), 200, 1e-9);
  EXPECT_NEAR(report["samples_per_joule"].get<double>(), 1, 1e-9);
  EXPECT_EQ(energy.tracks().at(0).samples.size(), 10U);  // mean power between ticks
  EXPECT_TRUE(std::filesystem::exists(paths_.plots / "energy_power.svg"));
}

TEST_F(EnergyOfARun, AppendsASessionToAnInterruptedRunAndCountsNoGap) {
  put_trace(3, 50);
  put_counter("1000000");
  RunEnergy energy(paths_, 1, system_clock());
  energy.finish({});
  EXPECT_THAT(read_file(paths_.energy), HasSubstr("\n1,20"));
  EXPECT_NEAR(energy.report()["joules"].get<double>(), 100, 1e-9);
}

TEST_F(EnergyOfARun, IsThatOfItsTotalWhereTheSessionWasTimed) {
  put_trace(11, 50);
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish({interval("Total", 1, 8)});
  EXPECT_EQ(energy.report()["duration_s"], 8.0);
  EXPECT_NEAR(energy.report()["joules"].get<double>(), 400, 1e-9);
}

TEST_F(EnergyOfARun, IsThatOfItsSamplesWhereTheSessionWasKilled) {
  put_trace(11, 50);
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish({interval("Total", 60, 5)});
  EXPECT_EQ(energy.report()["duration_s"], 15.0);
}

TEST_F(EnergyOfARun, CountsAKilledSessionInEachPhaseAndSaysWhatIsMissing) {
  put_trace(11, 50);
  write_file_atomic(paths_.history, "epoch,samples\n1,240\n");
  std::vector<record::Interval> intervals = {interval("Total", 0, 4), interval("Training", 1, 3),
                                             interval("Total", 6, 4), interval("Training", 7, 3)};
  for (const std::size_t cut : {0U, 1U}) intervals[cut].status = record::kKilled;
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish(intervals);
  const energy::Json& report = energy.report();
  EXPECT_NEAR(report["joules"].get<double>(), 400, 1e-9);
  EXPECT_NEAR(report["phases"]["Training"]["joules"].get<double>(), 300, 1e-9);
  EXPECT_NEAR(report["samples_per_joule"].get<double>(), 0.8, 1e-9);
  EXPECT_EQ(report["problems"],
            energy::Json({"session 0 was killed: it counts until it was last seen, " +
                          utc_iso8601(kStart + 4 * kSecond, 3) +
                          "; what it used after that is not known"}));
}

TEST_F(EnergyOfARun, TellsNoSamplesPerJouleWhereTheJoulesOfATrainingAreNotKnown) {
  put_trace(11, 50);
  write_file_atomic(paths_.history, "epoch,samples\n1,240\n");
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish({interval("Total", 0, 20), interval("Training", 0, 20)});
  EXPECT_EQ(energy.report()["samples_per_joule"], nullptr);
  EXPECT_EQ(energy.report()["problems"],
            energy::Json({"samples_per_joule is not told: the energy of Training is known for "
                          "50.0 % of its time"}));
}

TEST_F(EnergyOfARun, CountsAnEpochThatAResumeCutOnce) {
  put_trace(11, 50);
  std::vector<record::Interval> intervals = {interval("Epoch", 0, 4), interval("Epoch", 4, 2),
                                             interval("Epoch", 8, 2)};
  intervals[0].values = {{"epoch_num", 1}};
  for (const std::size_t part : {1U, 2U}) intervals[part].values = {{"epoch_num", 2}};
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish(intervals);
  const energy::Json& epochs = energy.report()["epochs"];
  ASSERT_EQ(epochs.size(), 2U);
  EXPECT_EQ(epochs[1]["epoch_num"], 2);
  EXPECT_EQ(epochs[1]["whole"], true);
  EXPECT_NEAR(epochs[1]["joules"].get<double>(), 200, 1e-9);
}

TEST_F(EnergyOfARun, GoesToTheMllogByEpoch) {
  put_trace(3, 50);
  RunEnergy energy(paths_, 0, system_clock());
  energy.finish({interval("Total", 0, 2), interval("Epoch", 0, 1)});
  std::ostringstream lines;
  record::MllogWriter mllog(system_clock(), {.file = {}, .echo = &lines, .name_space = {}});
  energy.log(mllog);
  EXPECT_THAT(lines.str(), HasSubstr("\"energy_joules\", \"value\": 50.0"));
  EXPECT_THAT(lines.str(), HasSubstr("\"epoch_num\": 1"));
  EXPECT_THAT(lines.str(), HasSubstr("\"value\": 100.0"));
}

}  // namespace
}  // namespace sciwright::bench
