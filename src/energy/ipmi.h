#pragma once

#include "energy/program_source.h"

namespace sciwright::energy {

/// The node's power of `ipmitool dcmi power reading` or FreeIPMI's `ipmi-dcmi
/// --get-system-power-statistics`; empty when the output has none or the meter is not active.
std::vector<DeviceReading> parse_ipmi_power(const std::string& output);

/// `ipmitool dcmi power reading`, once a second at most. Needs /dev/ipmi0, which root may read.
ProgramQuery ipmi_query();

}  // namespace sciwright::energy
