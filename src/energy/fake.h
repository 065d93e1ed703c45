#pragma once

#include <functional>
#include <utility>

#include "energy/power_source.h"

namespace sciwright::energy {

/// A source that says what a test tells it to.
class FakePowerSource final : public PowerSource {
 public:
  using Answer = std::function<std::vector<Reading>(std::int64_t steady_ns)>;

  FakePowerSource(std::vector<Device> devices, Answer answer)
      : devices_(std::move(devices)), answer_(std::move(answer)) {}

  const std::vector<Device>& devices() const override { return devices_; }
  std::vector<Reading> read(std::int64_t steady_ns) override { return answer_(steady_ns); }

 private:
  std::vector<Device> devices_;
  Answer answer_;
};

}  // namespace sciwright::energy
