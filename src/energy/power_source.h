#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "energy/reading.h"

namespace sciwright::energy {

/// Something that tells watts or joules of one or more devices. Used by one thread at a time.
class PowerSource {
 public:
  virtual ~PowerSource() = default;

  /// The devices, fixed from the beginning.
  virtual const std::vector<Device>& devices() const = 0;

  /// One reading for each device, in their order; an empty reading for a device that does not
  /// answer. An empty list: not asked this time (slow sources answer seldom). Never throws for a
  /// sensor's failure. `steady_ns` is the monotonic clock now.
  virtual std::vector<Reading> read(std::int64_t steady_ns) = 0;
};

using PowerSources = std::vector<std::unique_ptr<PowerSource>>;

}  // namespace sciwright::energy
