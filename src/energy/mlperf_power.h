#pragma once

#include <string>

#include "energy/accounting.h"

namespace sciwright::energy {

/// What a power file says beside the readings.
struct MlperfPower {
  std::string host;           ///< Name of the node.
  double conversion_eff = 1;  ///< Of what was measured to the wall socket, as MLPerf wants it told.
};

/// The lines of `power/result_0/node_0.txt` of an MLPerf training or HPC submission: MLCommons log
/// records power_measurement_start, conversion_eff, power_reading (W, all parts together) for each
/// sample, power_measurement_stop. Moments at which a part is not known are left out. Such a file
/// is compatible with MLPerf's log; it is no official measurement. Throws a usage error when
/// nothing was measured.
std::string mlperf_power_log(const Accounting& accounting, const MlperfPower& facts);

}  // namespace sciwright::energy
