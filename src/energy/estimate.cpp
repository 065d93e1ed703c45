#include "energy/estimate.h"

#include <sstream>

#include <fmt/format.h>

#include "record/kernel_files.h"

namespace sciwright::energy {
namespace {

namespace fs = std::filesystem;

/// Time of all processors since the start, in ticks.
struct CpuTime {
  double busy = 0;
  double all = 0;
};

std::optional<CpuTime> read_cpu_time(const fs::path& file) {
  std::istringstream words(record::read_kernel_file(file).value_or(""));
  std::string name;
  if (!(words >> name) || name != "cpu") return {};
  CpuTime time;
  constexpr int kIdle = 3;
  constexpr int kIoWait = 4;
  constexpr int kSteal = 7;  // what follows, the time of guests, is part of user and nice
  double ticks = 0;
  for (int i = 0; i <= kSteal && words >> ticks; ++i) {
    time.all += ticks;
    if (i != kIdle && i != kIoWait) time.busy += ticks;
  }
  return time;
}

}  // namespace

FoundSensors cpu_estimate(const fs::path& root, double tdp_w) {
  const fs::path file = root / "proc/stat";
  const std::optional<CpuTime> start = read_cpu_time(file);
  if (!start) return {{}, {fmt::format("estimate: {} cannot be read", file.string())}};
  Device device = {"cpu0", "estimate", DeviceKind::kCpuPackage,
                   fmt::format("{:g} W times utilisation", tdp_w), Origin::kEstimated};
  FoundSensors found;
  found.sensors.push_back({std::move(device), [file, tdp_w, last = *start](std::int64_t) mutable {
                             Reading reading;
                             const std::optional<CpuTime> now = read_cpu_time(file);
                             if (!now || now->all <= last.all) return reading;
                             reading.utilization_fraction =
                                 (now->busy - last.busy) / (now->all - last.all);
                             reading.power_w = tdp_w * *reading.utilization_fraction;
                             last = *now;
                             return reading;
                           }});
  return found;
}

}  // namespace sciwright::energy
