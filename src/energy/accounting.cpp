#include "energy/accounting.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "energy/plausibility.h"

namespace sciwright::energy {
namespace {

/// How much of the time that something else covers is enough to be preferred to it.
constexpr double kNearlyAsMuch = 0.95;

std::optional<double> if_covered(double joules, double covered_s) {
  return covered_s > 0 ? std::optional(joules) : std::nullopt;
}

/// Fills in what comes from single samples: their number, the highest power and the longest gap.
void add_sample_facts(const Trace& trace, std::size_t device_index,
                      const std::vector<Window>& windows, DeviceEnergy& energy) {
  for (const Window& window : windows) {
    std::int64_t last_ns = window.begin_ns;
    const auto end_gap = [&](std::int64_t time_ns) {
      energy.longest_gap_s =
          std::max(energy.longest_gap_s, static_cast<double>(time_ns - last_ns) * 1e-9);
      last_ns = time_ns;
    };
    auto sample =
        std::lower_bound(trace.samples.begin(), trace.samples.end(), window.begin_ns,
                         [](const Sample& s, std::int64_t time_ns) { return s.utc_ns < time_ns; });
    for (; sample != trace.samples.end() && sample->utc_ns <= window.end_ns; ++sample) {
      const Reading& reading = sample->reading;
      if (sample->device_index != device_index) continue;
      if (!reading.power_w && !reading.energy_j) continue;
      ++energy.num_samples;
      if (reading.power_w) energy.max_w = std::max(energy.max_w.value_or(0), *reading.power_w);
      end_gap(sample->utc_ns);
    }
    end_gap(window.end_ns);
  }
}

/// Says which sessions ran at the same time. The curves count each moment once.
void tell_overlaps(Trace& trace) {
  std::map<int, Window> sessions;
  for (const Sample& sample : trace.samples) {
    const auto [known, is_new] =
        sessions.try_emplace(sample.session, Window{sample.utc_ns, sample.utc_ns});
    known->second.end_ns = sample.utc_ns;  // samples are in order of time
  }
  for (auto first = sessions.begin(); first != sessions.end(); ++first) {
    for (auto other = std::next(first); other != sessions.end(); ++other) {
      const Window& a = first->second;
      const Window& b = other->second;
      if (a.begin_ns >= b.end_ns || b.begin_ns >= a.end_ns) continue;
      trace.problems.push_back(
          fmt::format("sessions {} and {} overlap; each moment of a device is counted once",
                      first->first, other->first));
    }
  }
}

}  // namespace

Accounting::Accounting(Trace trace) : trace_(std::move(trace)) {
  std::stable_sort(trace_.samples.begin(), trace_.samples.end(),
                   [](const Sample& a, const Sample& b) { return a.utc_ns < b.utc_ns; });
  drop_impossible(trace_);
  tell_overlaps(trace_);
  for (std::size_t i = 0; i < trace_.devices.size(); ++i) {
    power_.push_back(PowerCurve::of_power(trace_, i));
    counter_.push_back(PowerCurve::of_counter(trace_, i));
  }
}

std::vector<Window> Accounting::whole() const {
  if (trace_.samples.empty()) return {};
  return merged({{trace_.samples.front().utc_ns, trace_.samples.back().utc_ns}});
}

DeviceEnergy Accounting::of_device(std::size_t device_index,
                                   const std::vector<Window>& windows) const {
  DeviceEnergy energy;
  const double counter_s = counter_[device_index].covered_s(windows);
  const double power_s = power_[device_index].covered_s(windows);
  energy.counter_j = if_covered(counter_[device_index].joules(windows), counter_s);
  energy.power_j = if_covered(power_[device_index].joules(windows), power_s);
  add_sample_facts(trace_, device_index, windows, energy);
  if (!energy.counter_j && !energy.power_j) return energy;
  const bool by_counter = counter_s > 0 && counter_s >= kNearlyAsMuch * power_s;
  const double covered_s = by_counter ? counter_s : power_s;
  energy.method = by_counter ? "counter" : "power";
  energy.joules = by_counter ? energy.counter_j : energy.power_j;
  energy.coverage_fraction = std::min(1.0, covered_s / length_s(windows));
  energy.mean_w = *energy.joules / covered_s;
  energy.origin = trace_.devices[device_index].origin;
  return energy;
}

TotalEnergy Accounting::sum(const std::vector<DeviceKind>& kinds,
                            const std::vector<Window>& windows) const {
  TotalEnergy sum;
  std::map<std::string, bool> is_told;
  for (std::size_t i = 0; i < trace_.devices.size(); ++i) {
    const Device& device = trace_.devices[i];
    if (std::find(kinds.begin(), kinds.end(), device.kind) == kinds.end()) continue;
    bool& told = is_told[device.name];
    const DeviceEnergy energy = of_device(i, windows);
    if (told || !energy.joules) continue;
    told = true;
    sum.coverage_fraction = sum.joules ? std::min(sum.coverage_fraction, energy.coverage_fraction)
                                       : energy.coverage_fraction;
    sum.joules = sum.joules.value_or(0) + *energy.joules;
    sum.of.push_back(device.name);
    sum.origin = std::max(sum.origin, energy.origin);
  }
  for (const auto& [name, told] : is_told) {
    if (!told) sum.missing.push_back(name);
  }
  return sum;
}

TotalEnergy Accounting::total(const std::vector<Window>& windows) const {
  TotalEnergy node = sum({DeviceKind::kNode}, windows);
  TotalEnergy parts = sum({DeviceKind::kGpu, DeviceKind::kCpuPackage, DeviceKind::kDram}, windows);
  if (node.joules && node.coverage_fraction >= kNearlyAsMuch * parts.coverage_fraction) return node;
  return parts.joules ? parts : sum({DeviceKind::kPlatform}, windows);
}

std::optional<double> Accounting::total_power_w(const TotalEnergy& total,
                                                std::int64_t utc_ns) const {
  std::optional<double> sum;
  for (const std::string& name : total.of) {
    std::optional<double> power_w;
    for (std::size_t i = 0; i < trace_.devices.size() && !power_w; ++i) {
      if (trace_.devices[i].name != name) continue;
      power_w = power_[i].power_w(utc_ns);
      if (!power_w) power_w = counter_[i].power_w(utc_ns);
    }
    if (!power_w) return {};
    sum = sum.value_or(0) + *power_w;
  }
  return sum;
}

std::vector<Window> windows_of(const std::vector<record::Interval>& intervals,
                               const std::string& name) {
  std::vector<Window> windows;
  for (const record::Interval& interval : intervals) {
    if (interval.name != name || interval.kind != record::IntervalKind::kInterval) continue;
    if (!interval.duration_ns) continue;
    windows.push_back({interval.start_utc_ns, interval.start_utc_ns + *interval.duration_ns});
  }
  return merged(std::move(windows));
}

}  // namespace sciwright::energy
