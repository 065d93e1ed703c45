#include "energy/replay.h"

#include <set>
#include <utility>

namespace sciwright::energy {

Trace only_chosen(const Trace& trace, const GpuChoice& choice) {
  Trace chosen;
  chosen.problems = trace.problems;
  for (Sample sample : trace.samples) {
    const Device& device = trace.devices[sample.device_index];
    if (!is_chosen(device, choice)) continue;
    sample.device_index = chosen.index_of(device);
    chosen.samples.push_back(std::move(sample));
  }
  return chosen;
}

ReplaySource::ReplaySource(Trace trace) : trace_(std::move(trace)) {
  std::set<std::size_t> seen;  // devices of the moment that is being gathered
  for (std::size_t i = 0; i < trace_.samples.size(); ++i) {
    if (moments_.empty() || !seen.insert(trace_.samples[i].device_index).second) {
      moments_.emplace_back();
      seen = {trace_.samples[i].device_index};
    }
    moments_.back().push_back(i);
  }
}

std::vector<Reading> ReplaySource::read(std::int64_t /*steady_ns*/) {
  std::vector<Reading> readings(trace_.devices.size());
  if (next_ == moments_.size()) return readings;
  for (const std::size_t i : moments_[next_++]) {
    const Sample& sample = trace_.samples[i];
    readings[sample.device_index] = sample.reading;
    readings[sample.device_index].utc_ns = sample.utc_ns;
  }
  return readings;
}

}  // namespace sciwright::energy
