#pragma once

#include "energy/program_source.h"

namespace sciwright::energy {

/// AMD GPUs in the JSON of rocm-smi: {"card0": {"Average Graphics Package Power (W)": "250.0", …}};
/// newer versions say "Current Socket Graphics Package Power (W)". Empty for anything else.
std::vector<DeviceReading> parse_rocm_smi(const std::string& output);

/// `rocm-smi --json` with power, temperature, use and memory, once a second at most.
ProgramQuery rocm_smi_query();

}  // namespace sciwright::energy
