#pragma once

#include <functional>
#include <utility>

#include "energy/power_source.h"

namespace sciwright::energy {

/// One device and how to ask it: a file of the kernel, a call of a library.
struct Sensor {
  Device device;
  std::function<Reading(std::int64_t steady_ns)> read;
};

/// A source made of sensors that answer at once.
class SensorSource final : public PowerSource {
 public:
  explicit SensorSource(std::vector<Sensor> sensors) : sensors_(std::move(sensors)) {
    for (const Sensor& sensor : sensors_) devices_.push_back(sensor.device);
  }

  const std::vector<Device>& devices() const override { return devices_; }

  std::vector<Reading> read(std::int64_t steady_ns) override {
    std::vector<Reading> readings;
    for (const Sensor& sensor : sensors_) readings.push_back(sensor.read(steady_ns));
    return readings;
  }

 private:
  std::vector<Sensor> sensors_;
  std::vector<Device> devices_;
};

/// A device that is there but may not or cannot be read.
struct UnreadDevice {
  std::string name;     ///< As Device::name.
  std::string problem;  ///< A sentence with the fix where it is known.
};

/// The sensors of one kind of source, and why it has none or fewer than it should.
struct FoundSensors {
  std::vector<Sensor> sensors = {};
  std::vector<std::string> problems = {};  ///< A sentence each, with the fix where it is known.
  std::vector<UnreadDevice> unread = {};   ///< Further ones, which belong to a device.
};

}  // namespace sciwright::energy
