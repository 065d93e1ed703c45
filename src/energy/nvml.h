#pragma once

#include <string>

#include "energy/sensor_source.h"

namespace sciwright::energy {

/// NVIDIA GPUs by the driver's own library, opened at run time: power, and from Volta on the energy
/// counter; temperature, utilisation, memory. `library` is a name or path for dlopen
/// ("libnvidia-ml.so.1"). The library stays open as long as a sensor lives.
/// Source: NVIDIA, NVML API Reference Guide.
FoundSensors nvml_sensors(const std::string& library);

}  // namespace sciwright::energy
