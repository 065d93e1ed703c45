#include "energy/pictures.h"

#include <algorithm>
#include <cmath>

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

plot::Histogram histogram_of(const std::vector<double>& powers, bool as_percent) {
  const auto [least, most] = std::minmax_element(powers.begin(), powers.end());
  const double width_w = std::max((*most - *least) / kNumBins, 0.1);
  plot::Histogram histogram;
  for (std::size_t i = 0; i <= kNumBins; ++i) {
    histogram.edges.push_back(*least + static_cast<double>(i) * width_w);
  }
  histogram.counts.assign(kNumBins, 0);
  const double weight = as_percent ? 100.0 / static_cast<double>(powers.size()) : 1;
  for (const double power_w : powers) {
    const auto bin = static_cast<std::size_t>((power_w - *least) / width_w);
    histogram.counts[std::min(bin, kNumBins - 1)] += weight;
  }
  return histogram;
}

/// kWh of a device in each epoch in which it was measured.
std::vector<double> epochs_kwh(const Accounting& accounting, std::size_t device_index,
                               const std::vector<record::Interval>& intervals,
                               const std::string& epoch) {
  std::vector<double> energies;
  for (const Epoch& one : epochs_of(intervals, epoch)) {
    const DeviceEnergy energy = accounting.of_device(device_index, one.windows);
    if (energy.joules) energies.push_back(*energy.joules / kJoulesPerKwh);
  }
  return energies;
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
  for (std::size_t i = 0; i < trace.devices.size(); ++i) {
    const std::vector<double> powers = powers_of(trace, i);
    if (powers.empty()) continue;
    plot::Histogram histogram = histogram_of(powers, as_percent);
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
                      .description = "Mean kWh of an epoch by device, with its deviation."};
  plot::Panel panel;
  panel.x.kind = plot::AxisKind::kCategory;
  panel.y.label = "kWh";
  plot::BarSeries series;
  for (std::size_t i = 0; i < accounting.trace().devices.size(); ++i) {
    const std::vector<double> kwh = epochs_kwh(accounting, i, intervals, epoch);
    if (kwh.empty()) continue;
    double mean = 0;
    for (const double value : kwh) mean += value / static_cast<double>(kwh.size());
    double square = 0;
    for (const double value : kwh) square += (value - mean) * (value - mean);
    const double deviation =
        kwh.size() < 2 ? 0 : std::sqrt(square / static_cast<double>(kwh.size() - 1));
    panel.x.categories.push_back(label_of(accounting.trace().devices[i]));
    series.heights.push_back(mean);
    series.error_low.push_back(mean - deviation);
    series.error_high.push_back(mean + deviation);
  }
  if (series.heights.empty()) return figure;
  panel.layers.emplace_back(plot::Bars{.series = {std::move(series)}});
  figure.panels.push_back(std::move(panel));
  return figure;
}

}  // namespace sciwright::energy
