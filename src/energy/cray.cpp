#include "energy/cray.h"

#include <fmt/format.h>

#include "io/csv.h"
#include "record/kernel_files.h"

namespace sciwright::energy {
namespace {

namespace fs = std::filesystem;

/// The number in front of a unit: 95 of "95 W 1510123456789 us".
std::optional<double> leading_number(const fs::path& file) {
  const std::string text = record::read_kernel_file(file).value_or("");
  return io::parse_double(std::string_view(text).substr(0, text.find(' ')));
}

/// A sensor for the files PREFIXenergy and PREFIXpower, if there is either.
void add_sensor(const fs::path& directory, const std::string& prefix, Device device,
                FoundSensors& found) {
  const fs::path energy = directory / (prefix + "energy");
  const fs::path power = directory / (prefix + "power");
  const auto read = [energy, power](std::int64_t) {
    Reading reading;
    reading.energy_j = leading_number(energy);
    reading.power_w = leading_number(power);
    return reading;
  };
  if (read(0) != Reading{}) found.sensors.push_back({std::move(device), read});
}

}  // namespace

FoundSensors cray_sensors(const fs::path& root) {
  FoundSensors found;
  const fs::path directory = root / "sys/cray/pm_counters";
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    found.problems.push_back(fmt::format("cray: there is no {}", directory.string()));
    return found;
  }
  add_sensor(directory, "", {"node", "cray", DeviceKind::kNode, "", Origin::kMeasured}, found);
  add_sensor(directory, "cpu_", {"cpu0", "cray", DeviceKind::kCpuPackage, "", Origin::kMeasured},
             found);
  add_sensor(directory, "memory_", {"dram0", "cray", DeviceKind::kDram, "", Origin::kMeasured},
             found);
  for (int i = 0; fs::exists(directory / fmt::format("accel{}_energy", i), error) ||
                  fs::exists(directory / fmt::format("accel{}_power", i), error);
       ++i) {
    add_sensor(directory, fmt::format("accel{}_", i),
               {fmt::format("gpu{}", i), "cray", DeviceKind::kGpu, "", Origin::kMeasured}, found);
  }
  if (found.sensors.empty()) {
    found.problems.push_back(fmt::format("cray: {} holds no readable counter", directory.string()));
  }
  return found;
}

}  // namespace sciwright::energy
