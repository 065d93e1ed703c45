#include "energy/pictures.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/test_traces.h"
#include "plot/render.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

record::Interval phase(const std::string& name, int depth, double start_s, double duration_s) {
  record::Interval i;
  i.name = name;
  i.depth = depth;
  i.start_utc_ns = static_cast<std::int64_t>(start_s * 1e9);
  i.duration_ns = static_cast<std::int64_t>(duration_s * 1e9);
  return i;
}

TEST(PowerFigure, ShadesThePhasesThatHoldNoOther) {
  const plot::Figure figure = power_figure(
      power_trace({{10, 100}, {11, 100}}),
      {phase("Total", 0, 10, 1), phase("Training", 1, 10, 0.5), phase("Epoch", 3, 10, 0.2)});
  const auto& spans = std::get<plot::Spans>(figure.panels.at(0).layers.at(0)).spans;
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].name, "Training");
  EXPECT_DOUBLE_EQ(spans[0].from, 0);
  EXPECT_DOUBLE_EQ(spans[0].to, 0.5);
  EXPECT_THAT(std::get<plot::Line>(figure.panels[0].layers.at(1)).x, ElementsAre(0, 1));
  const std::string svg = plot::svg_text(figure);
  EXPECT_THAT(svg, HasSubstr("gpu0 (nvml)"));
  EXPECT_THAT(svg, HasSubstr("Training"));
  EXPECT_THAT(svg, Not(HasSubstr("Total")));
}

TEST(PowerHistogram, AddsUpToAHundredPercent) {
  const plot::Figure figure =
      power_histogram_figure(power_trace({{0, 50}, {1, 250}, {2, 250}, {3, 90}}), true);
  const auto& counts = std::get<plot::Histogram>(figure.panels.at(0).layers.at(0)).counts;
  double sum = 0;
  for (const double count : counts) sum += count;
  EXPECT_DOUBLE_EQ(sum, 100);
  EXPECT_DOUBLE_EQ(counts.back(), 50);
}

TEST(PowerHistogram, CountsSamplesOfConstantPower) {
  const plot::Figure figure = power_histogram_figure(power_trace({{0, 50}, {1, 50}}), false);
  EXPECT_DOUBLE_EQ(std::get<plot::Histogram>(figure.panels.at(0).layers.at(0)).counts.at(0), 2);
}

TEST(PowerHistogram, CountsAllDevicesInTheSameBins) {
  Trace trace = power_trace({{0, 50}, {1, 450}, {2, 50}, {3, 60}});
  trace.devices.push_back({"gpu1", "nvml", DeviceKind::kGpu, "", Origin::kMeasured});
  trace.samples[2].device_index = trace.samples[3].device_index = 1;
  const plot::Figure figure = power_histogram_figure(trace, false);
  const auto& layers = figure.panels.at(0).layers;
  const auto& first = std::get<plot::Histogram>(layers.at(0));
  const auto& second = std::get<plot::Histogram>(layers.at(1));
  EXPECT_EQ(first.edges, second.edges);
  EXPECT_DOUBLE_EQ(first.counts.back(), 1);
  EXPECT_DOUBLE_EQ(second.counts.at(0), 1);
  EXPECT_DOUBLE_EQ(second.counts.at(1), 1);
}

TEST(EpochEnergy, SaysWhichBarsShowLessThanWasUsed) {
  const Accounting accounting(power_trace({{0, 10}, {1, 10}, {2, 10}, {3, 10}, {4, 10}}));
  const auto label = [&](const std::vector<record::Interval>& epochs) {
    const plot::Axis x = epoch_energy_figure(accounting, epochs).panels.at(0).x;
    return x.categories.at(0) + ": " + x.label;
  };
  EXPECT_EQ(label({phase("Epoch", 2, 0, 2), phase("Epoch", 2, 2, 4)}),
            "gpu0 (nvml) *: * an epoch is known for 50 % only");
  std::vector<record::Interval> cut = {phase("Epoch", 2, 0, 2), phase("Epoch", 2, 2, 1)};
  for (record::Interval& epoch : cut) epoch.values = {{"epoch_num", 1}};
  cut[0].duration_ns.reset();
  EXPECT_EQ(label(cut), "gpu0 (nvml) *: * an epoch was cut off");
}

TEST(EpochEnergy, ShowsMeanAndDeviationByDevice) {
  const Accounting accounting(power_trace({{0, 3600}, {1, 3600}, {2, 3600}, {3, 3600}, {4, 3600}}));
  const plot::Figure figure =
      epoch_energy_figure(accounting, {phase("Epoch", 2, 0, 1), phase("Epoch", 2, 1, 3)});
  const auto& bars = std::get<plot::Bars>(figure.panels.at(0).layers.at(0)).series.at(0);
  EXPECT_THAT(figure.panels[0].x.categories, ElementsAre("gpu0 (nvml)"));
  EXPECT_NEAR(bars.heights.at(0), 2e-3, 1e-12);
  EXPECT_NEAR(bars.error_high.at(0), (2 + std::sqrt(2)) * 1e-3, 1e-12);
  EXPECT_NEAR(bars.error_low.at(0), (2 - std::sqrt(2)) * 1e-3, 1e-12);
}

TEST(EpochEnergy, ShowsNoEnergyBelowNothing) {
  const Accounting accounting(power_trace({{0, 1}, {1, 1}, {10, 3600}, {11, 3600}}));
  const plot::Figure figure =
      epoch_energy_figure(accounting, {phase("Epoch", 2, 0, 1), phase("Epoch", 2, 10, 1)});
  EXPECT_EQ(std::get<plot::Bars>(figure.panels.at(0).layers.at(0)).series.at(0).error_low.at(0), 0);
}

TEST(EpochEnergy, HasNoPanelWithoutEpochs) {
  EXPECT_THAT(epoch_energy_figure(Accounting(power_trace({{0, 1}, {1, 1}})), {}).panels, IsEmpty());
}

}  // namespace
}  // namespace sciwright::energy
