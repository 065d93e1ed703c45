#include "energy/powercap.h"

#include <algorithm>
#include <map>
#include <unistd.h>

#include <fmt/format.h>

#include "energy/wrapping_counter.h"
#include "record/kernel_files.h"

namespace sciwright::energy {
namespace {

namespace fs = std::filesystem;

constexpr double kJoulesPerMicrojoule = 1e-6;

std::optional<DeviceKind> zone_kind(const std::string& name) {
  if (name.starts_with("package")) return DeviceKind::kCpuPackage;
  if (name.starts_with("dram")) return DeviceKind::kDram;
  if (name.starts_with("psys")) return DeviceKind::kPlatform;
  return {};
}

/// The zones in a directory whose names begin with `prefix`, sorted. (A zone's folder also links to
/// its parent.)
std::vector<fs::path> zones_of(const fs::path& directory, const std::string& prefix) {
  std::vector<fs::path> zones;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    const bool is_named = entry.path().filename().string().starts_with(prefix);
    if (is_named && fs::exists(entry.path() / "energy_uj", error)) zones.push_back(entry.path());
  }
  std::sort(zones.begin(), zones.end());
  return zones;
}

/// "cpu0" of "package-0", "dram1" of the zone "dram" of package 1, "platform" of "psys".
std::string device_name(DeviceKind kind, const std::string& zone, const std::string& parent) {
  if (kind == DeviceKind::kPlatform) return kind_name(kind);
  const std::string& numbered = kind == DeviceKind::kDram && !parent.empty() ? parent : zone;
  const std::size_t dash = numbered.find('-');
  return kind_name(kind) + (dash == std::string::npos ? "0" : numbered.substr(dash + 1));
}

Sensor zone_sensor(const fs::path& zone, Device device) {
  const double range_j =
      static_cast<double>(record::kernel_number(zone / "max_energy_range_uj").value_or(0)) *
      kJoulesPerMicrojoule;
  return {std::move(device), [file = zone / "energy_uj",
                              counter = WrappingCounter(range_j)](std::int64_t steady_ns) mutable {
            Reading reading;
            if (const auto raw = record::kernel_number(file)) {
              reading.energy_j =
                  counter.update(static_cast<double>(*raw) * kJoulesPerMicrojoule, steady_ns);
            }
            return reading;
          }};
}

/// Adds a zone and the zones within it.
void add_zone(const fs::path& zone, const std::string& parent,
              std::map<std::string, Sensor>& sensors, std::vector<UnreadDevice>& unread) {
  const std::string name = record::read_kernel_file(zone / "name").value_or("");
  for (const fs::path& inner : zones_of(zone, zone.filename().string() + ":")) {
    add_zone(inner, name, sensors, unread);
  }
  const std::optional<DeviceKind> kind = zone_kind(name);
  if (!kind) return;
  const std::string key = device_name(*kind, name, parent);
  const fs::path file = zone / "energy_uj";
  if (!record::kernel_number(file)) {
    const std::string path = file.string();
    unread.push_back(
        {key, ::access(path.c_str(), R_OK) != 0
                  ? fmt::format(
                        "powercap: {0} may be read by root only; allow it with: sudo chmod a+r {0}",
                        path)
                  : fmt::format("powercap: {} holds no number", path)});
    return;
  }
  Device device = {key, "powercap", *kind, name, Origin::kMeasured};
  sensors.try_emplace(key, zone_sensor(zone, std::move(device)));
}

}  // namespace

FoundSensors powercap_sensors(const fs::path& root) {
  FoundSensors found;
  const fs::path directory = root / "sys/class/powercap";
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    found.problems.push_back(fmt::format("powercap: there is no {}", directory.string()));
    return found;
  }
  std::map<std::string, Sensor> sensors;
  for (const fs::path& zone : zones_of(directory, "")) {
    // The class lists inner zones ("intel-rapl:0:0") once more beside their packages.
    const std::string name = zone.filename().string();
    if (std::count(name.begin(), name.end(), ':') > 1) continue;
    add_zone(zone, "", sensors, found.unread);
  }
  if (sensors.empty() && found.unread.empty()) {
    found.problems.push_back(
        fmt::format("powercap: {} has no package, DRAM or platform zone", directory.string()));
  }
  for (auto& [name, sensor] : sensors) found.sensors.push_back(std::move(sensor));
  return found;
}

}  // namespace sciwright::energy
