#include "energy/pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "energy/epochs.h"
#include "energy/power_series.h"

namespace sciwright::energy {
namespace {

constexpr int kDeepestPhase = 2;
constexpr std::size_t kNumBins = 40;

double seconds_since(std::int64_t start_ns, std::int64_t time_ns) {
  return static_cast<double>(time_ns - start_ns) * 1e-9;
}

std::string label_of(const Device& device) {
  return fmt::format("{} ({}{})", device.name, device.source,
                     device.origin == Origin::kEstimated ? ", estimated" : "");
}

plot::Line power_line(const Trace& trace, std::size_t device_index, std::int64_t start_ns) {
  PowerSeries series = power_series(trace, device_index);
  plot::Line line;
  line.name = label_of(trace.devices[device_index]);
  for (const std::int64_t time_ns : series.utc_ns) {
    line.x.push_back(seconds_since(start_ns, time_ns));
  }
  line.y = std::move(series.power_w);
  line.stepped = series.stepped;
  return line;
}

bool is_phase(const record::Interval& interval) {
  return interval.kind == record::IntervalKind::kInterval && interval.duration_ns &&
         interval.depth <= kDeepestPhase;
}

bool holds(const record::Interval& outer, const record::Interval& inner) {
  return is_phase(inner) && inner.session == outer.session && inner.depth > outer.depth &&
         inner.start_utc_ns >= outer.start_utc_ns &&
         inner.start_utc_ns < outer.start_utc_ns + *outer.duration_ns;
}

plot::Spans phase_spans(const std::vector<record::Interval>& intervals, std::int64_t start_ns) {
  plot::Spans spans;
  for (const record::Interval& interval : intervals) {
    if (!is_phase(interval)) continue;
    const bool is_outer =
        std::any_of(intervals.begin(), intervals.end(),
                    [&](const record::Interval& other) { return holds(interval, other); });
    if (is_outer) continue;
    const double from_s = seconds_since(start_ns, interval.start_utc_ns);
    spans.spans.push_back(
        {from_s, from_s + static_cast<double>(*interval.duration_ns) * 1e-9, interval.name, {}});
  }
  return spans;
}

std::vector<double> powers_of(const Trace& trace, std::size_t device_index) {
  std::vector<double> powers;
  for (const Sample& sample : trace.samples) {
    if (sample.device_index == device_index && sample.reading.power_w) {
      powers.push_back(*sample.reading.power_w);
    }
  }
  return powers;
}

/// Edges of bins that hold the powers of all devices.
plot::Values common_edges(const std::vector<std::vector<double>>& powers) {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const std::vector<double>& of_device : powers) {
    for (const double power_w : of_device) {
      least = std::min(least, power_w);
      most = std::max(most, power_w);
    }
  }
  const double width_w = std::max((most - least) / kNumBins, 0.1);
  plot::Values edges;
  for (std::size_t i = 0; i <= kNumBins; ++i) {
    edges.push_back(least + static_cast<double>(i) * width_w);
  }
  return edges;
}

plot::Histogram histogram_of(const std::vector<double>& powers, const plot::Values& edges,
                             bool as_percent) {
  plot::Histogram histogram;
  histogram.edges = edges;
  histogram.counts.assign(kNumBins, 0);
  const double width_w = edges[1] - edges[0];
  const double weight = as_percent ? 100.0 / static_cast<double>(powers.size()) : 1;
  for (const double power_w : powers) {
    const auto bin = static_cast<std::size_t>((power_w - edges[0]) / width_w);
    histogram.counts[std::min(bin, kNumBins - 1)] += weight;
  }
  return histogram;
}

/// What a device used in each epoch in which it was measured.
struct EpochEnergies {
  std::vector<double> kwh = {};
  double least_coverage_fraction = 1;  ///< 0 where an epoch was cut off.
};

EpochEnergies epoch_energies(const Accounting& accounting, std::size_t device_index,
                             const std::vector<Epoch>& epochs) {
  EpochEnergies energies;
  for (const Epoch& epoch : epochs) {
    const DeviceEnergy energy = accounting.of_device(device_index, epoch.windows);
    if (!energy.joules) continue;
    energies.kwh.push_back(*energy.joules / kJoulesPerKwh);
    energies.least_coverage_fraction =
        std::min(energies.least_coverage_fraction, epoch.is_whole ? energy.coverage_fraction : 0.0);
  }
  return energies;
}

/// Says of bars that they show less than was used.
std::string coverage_label(double least_coverage_fraction) {
  if (least_coverage_fraction >= kWholeCoverage) return "";
  if (least_coverage_fraction == 0) return "* an epoch was cut off";
  return fmt::format("* an epoch is known for {:.0f} % only", least_coverage_fraction * 100);
}

/// Adds the mean of the epochs, with one standard deviation above and below.
void add_bar(plot::BarSeries& series, const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / count;
  double square = 0;
  for (const double value : values) square += (value - mean) * (value - mean);
  const double deviation = values.size() < 2 ? 0 : std::sqrt(square / (count - 1));
  series.heights.push_back(mean);
  series.error_low.push_back(std::max(0.0, mean - deviation));
  series.error_high.push_back(mean + deviation);
}

}  // namespace

plot::Figure power_figure(const Trace& trace, const std::vector<record::Interval>& intervals) {
  const std::int64_t start_ns = trace.samples.empty() ? 0 : trace.samples.front().utc_ns;
  plot::Panel panel;
  panel.x.label = "seconds";
  panel.y.label = "power in W";
  panel.y.low = 0;
  panel.layers.emplace_back(phase_spans(intervals, start_ns));
  for (std::size_t i = 0; i < trace.devices.size(); ++i) {
    panel.layers.emplace_back(power_line(trace, i, start_ns));
  }
  return {.title = "Power over time",
          .description = "Power of each device over time, with the phases of the run.",
          .panels = {std::move(panel)}};
}

plot::Figure power_histogram_figure(const Trace& trace, bool as_percent) {
  plot::Panel panel;
  panel.x.label = "power in W";
  panel.y.label = as_percent ? "percent of samples" : "samples";
  panel.y.low = 0;
  std::vector<std::vector<double>> powers;
  for (std::size_t i = 0; i < trace.devices.size(); ++i) powers.push_back(powers_of(trace, i));
  const plot::Values edges = common_edges(powers);
  for (std::size_t i = 0; i < trace.devices.size(); ++i) {
    if (powers[i].empty()) continue;
    plot::Histogram histogram = histogram_of(powers[i], edges, as_percent);
    histogram.name = label_of(trace.devices[i]);
    panel.layers.emplace_back(std::move(histogram));
  }
  return {.title = "Sampled power",
          .description = "How often each power was sampled, by device.",
          .panels = {std::move(panel)}};
}

plot::Figure epoch_energy_figure(const Accounting& accounting,
                                 const std::vector<record::Interval>& intervals,
                                 const std::string& epoch) {
  plot::Figure figure{.title = "Energy of an epoch",
                      .description =
                          "Mean kWh of an epoch by device, with its deviation; what was "
                          "not measured is not in it."};
  plot::Panel panel;
  panel.x.kind = plot::AxisKind::kCategory;
  panel.y.label = "kWh";
  plot::BarSeries series;
  double least_coverage_fraction = 1;
  const std::vector<Epoch> epochs = epochs_of(intervals, epoch);
  for (std::size_t i = 0; i < accounting.trace().devices.size(); ++i) {
    const EpochEnergies energies = epoch_energies(accounting, i, epochs);
    if (energies.kwh.empty()) continue;
    const bool is_less = energies.least_coverage_fraction < kWholeCoverage;
    panel.x.categories.push_back(label_of(accounting.trace().devices[i]) + (is_less ? " *" : ""));
    least_coverage_fraction = std::min(least_coverage_fraction, energies.least_coverage_fraction);
    add_bar(series, energies.kwh);
  }
  if (series.heights.empty()) return figure;
  panel.x.label = coverage_label(least_coverage_fraction);
  panel.layers.emplace_back(plot::Bars{.series = {std::move(series)}});
  figure.panels.push_back(std::move(panel));
  return figure;
}

}  // namespace sciwright::energy
