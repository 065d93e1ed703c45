#include "bench/run_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::bench {
namespace {

using Json = nlohmann::json;

record::Interval interval(const std::string& name, double seconds,
                          record::IntervalKind kind = record::IntervalKind::kInterval) {
  record::Interval out;
  out.name = name;
  out.kind = kind;
  out.duration_ns = static_cast<std::int64_t>(seconds * 1e9);
  out.status = "ok";
  return out;
}

TEST(RunSummary, TellsTimersEnergyAndWaiting) {
  EXPECT_EQ(run_summary({interval("Total", 12.5), interval("Epoch", 4), interval("Epoch", 5.25)},
                        {{"joules", 400.0},
                         {"kwh", 400 / 3.6e6},
                         {"origin", "measured"},
                         {"coverage_fraction", 0.995}},
                        {{"verdict", "Training waited for nothing."}}),
            "timer  count  seconds\n"
            "-----  -----  -------\n"
            "Total      1   12.500\n"
            "Epoch      2    9.250\n"
            "Energy 400 J (0.0001111 kWh), measured, known for 99.5 % of the time\n"
            "Training waited for nothing.\n");
}

TEST(RunSummary, NamesDevicesWhoseEnergyIsNotKnown) {
  EXPECT_THAT(run_summary({},
                          {{"joules", 400.0},
                           {"kwh", 400 / 3.6e6},
                           {"origin", "measured"},
                           {"coverage_fraction", 1.0},
                           {"missing", {"gpu1", "cpu1"}}},
                          {{"verdict", "V."}}),
              testing::HasSubstr("known for 100.0 % of the time, without gpu1, cpu1\n"));
}

TEST(RunSummary, FlagsGapsAndEnergyThatWasNotMeasured) {
  record::Interval gap = interval("gap", 60, record::IntervalKind::kGap);
  gap.session = 1;
  gap.message = "waited for Slurm job 17";
  EXPECT_EQ(run_summary({gap}, {{"joules", nullptr}, {"reason", "not measured: no sensor"}},
                        {{"verdict", "V."}}),
            "timer  count  seconds\n"
            "-----  -----  -------\n"
            "Gap before session 1: 60.0 s (waited for Slurm job 17)\n"
            "Energy not measured: no sensor\n"
            "V.\n");
}

}  // namespace
}  // namespace sciwright::bench
