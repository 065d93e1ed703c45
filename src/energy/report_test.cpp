#include "energy/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/test_traces.h"

namespace sciwright::energy {
namespace {

record::Interval interval(const std::string& name, double start_s, double duration_s) {
  record::Interval i;
  i.name = name;
  i.start_utc_ns = static_cast<std::int64_t>(start_s * 1e9);
  i.duration_ns = static_cast<std::int64_t>(duration_s * 1e9);
  i.status = "ok";
  return i;
}

TEST(EnergyReport, TellsDevicesPhasesAndEpochs) {
  const Accounting accounting(power_trace({{0, 100}, {1, 100}, {2, 100}, {3, 100}, {4, 100}}));
  const Json report =
      energy_report(accounting, {.intervals = {interval("Training", 0, 4), interval("Epoch", 0, 1),
                                               interval("Epoch", 1, 2)}});
  EXPECT_EQ(report["joules"], 400.0);
  EXPECT_EQ(report["of"], Json::array({"gpu0"}));
  EXPECT_EQ(report["origin"], "measured");
  EXPECT_EQ(report["coverage_fraction"], 1.0);
  EXPECT_EQ(report["reason"], nullptr);
  EXPECT_EQ(report["devices"][0]["power_j"], 400.0);
  EXPECT_EQ(report["devices"][0]["counter_j"], nullptr);
  EXPECT_EQ(report["phases"]["Training"]["joules"], 400.0);
  EXPECT_EQ(report["phases"]["Epoch"]["joules"], 300.0);
  ASSERT_EQ(report["epochs"].size(), 2U);
  EXPECT_EQ(report["epochs"][0]["joules"], 100.0);
  EXPECT_EQ(report["epochs"][1]["joules"], 200.0);
  EXPECT_EQ(report["samples_per_joule"], nullptr);
}

TEST(EnergyReport, RemarksThatTheSamplesMissWhatTheCounterKnows) {
  Trace trace = power_trace({{0, 100}, {1, 100}, {2, 100}});
  for (std::size_t i = 0; i < 3; ++i) {
    trace.samples[i].reading.energy_j = 5000 + 110.0 * static_cast<double>(i);
  }
  EXPECT_EQ(energy_report(Accounting(trace), {})["problems"],
            Json({"gpu0 (nvml): the mean by its counter, 110.0 W, is above the highest sampled "
                  "power, 100.0 W; the samples miss peaks, or one of the two is wrong"}));
}

TEST(EnergyReport, CallsNoEpochWholeThatOutlastsTheTrace) {
  const Accounting accounting(power_trace({{0, 100}, {1, 100}, {2, 100}}));
  const Json report =
      energy_report(accounting, {.intervals = {interval("Epoch", 0, 1), interval("Epoch", 1, 2)}});
  EXPECT_EQ(report["epochs"][0]["whole"], true);
  EXPECT_EQ(report["epochs"][1]["whole"], false);
}

TEST(EnergyReport, CountsOnlyWhatLiesInTheWindows) {
  const Accounting accounting(power_trace({{0, 100}, {1, 100}, {2, 100}}));
  const Json report = energy_report(accounting, {.windows = {{kSecondNs, 3 * kSecondNs}}});
  EXPECT_EQ(report["joules"], 100.0);
  EXPECT_EQ(report["coverage_fraction"], 0.5);
}

TEST(EnergyReport, TellsCostCarbonAndEfficiency) {
  const Accounting accounting(power_trace({{0, 1000}, {1800, 1000}, {3600, 1000}}));
  Tariff tariff;
  tariff.pue = 1.5;
  tariff.price_per_kwh = {{0, 0.3}};
  const Json report =
      energy_report(accounting, {.pue = 1.5,
                                 .tariff = tariff,
                                 .carbon = CarbonFactor{"DEU", "Germany", 400, 2021, "test"},
                                 .num_samples = 7.2e6,
                                 .flops = 3.6e15});
  EXPECT_NEAR(report["cost"]["amount"].get<double>(), 0.45, 1e-9);
  EXPECT_NEAR(report["co2e"]["grams"].get<double>(), 600, 1e-9);
  EXPECT_NEAR(report["samples_per_joule"].get<double>(), 2, 1e-9);
  EXPECT_NEAR(report["gflops_per_watt"].get<double>(), 1, 1e-9);
}

TEST(EnergyReport, SaysWhyThereIsNoNumber) {
  Trace trace = power_trace({{0, std::nullopt}, {1, std::nullopt}});
  const Json report = energy_report(Accounting(trace), {});
  EXPECT_EQ(report["joules"], nullptr);
  EXPECT_EQ(report["origin"], "none");
  EXPECT_EQ(report["reason"],
            "not measured: no device told power twice, and no energy counter moved");
  EXPECT_EQ(report_text(unmeasured_report("not measured: no readable sensor (nvml: none)")),
            "Energy not measured: no readable sensor (nvml: none)\n");
}

TEST(EnergyReport, NamesDevicesThatMayNotBeRead) {
  Json report = energy_report(Accounting(power_trace({{0, 100}, {1, 100}})), {});
  add_unread(report, {{"cpu0", "powercap: energy_uj may be read by root only"}}, {"a remark"});
  EXPECT_EQ(report["missing"], Json::array({"cpu0"}));
  EXPECT_EQ(report["problems"],
            Json::array({"powercap: energy_uj may be read by root only", "a remark"}));
}

TEST(EnergyReport, IsATableForPeople) {
  Trace trace = power_trace({{0, 100}, {1, 100}, {3, 200}});
  trace.devices.push_back({"cpu0", "powercap", DeviceKind::kCpuPackage, "", Origin::kMeasured});
  trace.problems = {"energy.csv:9: has 2 fields, expected 16; the row is left out"};
  const Json report = energy_report(Accounting(trace), {.intervals = {interval("Training", 0, 1)}});
  EXPECT_EQ(
      report_text(report),
      "device  source          energy  by        mean  highest  coverage  longest gap  origin\n"
      "------  --------  ------------  -----  -------  -------  --------  -----------  --------\n"
      "gpu0    nvml             400 J  power  133.3 W  200.0 W   100.0 %       2.00 s  measured\n"
      "cpu0    powercap  not measured  –            –        –     0.0 %       3.00 s  none\n"
      "\n"
      "Total 400 J (0.0001111 kWh) of gpu0 in 3.0 s, measured, coverage 100.0 %, without cpu0\n"
      "\n"
      "phase     energy  coverage\n"
      "--------  ------  --------\n"
      "Training   100 J   100.0 %\n"
      "problem: energy.csv:9: has 2 fields, expected 16; the row is left out\n");
}

}  // namespace
}  // namespace sciwright::energy
