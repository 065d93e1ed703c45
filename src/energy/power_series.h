#pragma once

#include <cstdint>
#include <vector>

#include "energy/trace.h"

namespace sciwright::energy {

/// The power of one device as it can be drawn.
struct PowerSeries {
  std::vector<std::int64_t> utc_ns = {};
  std::vector<double> power_w = {};  ///< Not a number where it is not known.
  bool stepped = false;              ///< A value holds until the next one.
};

/// Sampled power, with an unknown value between samples that PowerCurve does not join either; of a
/// device that only counts energy the mean power between ticks.
PowerSeries power_series(const Trace& trace, std::size_t device_index);

}  // namespace sciwright::energy
