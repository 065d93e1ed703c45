#pragma once

#include <string>
#include <vector>

#include "energy/sensor_source.h"

namespace sciwright::energy {

/// The devices of what a test found, by name.
inline std::vector<std::string> device_names(const FoundSensors& found) {
  std::vector<std::string> names;
  for (const Sensor& sensor : found.sensors) names.push_back(sensor.device.name);
  return names;
}

}  // namespace sciwright::energy
