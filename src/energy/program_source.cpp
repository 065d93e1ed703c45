#include "energy/program_source.h"

#include <algorithm>

#include "base/process.h"

namespace sciwright::energy {

std::optional<std::string> run_program(const std::string& command) {
  CommandResult result =
      run_command({.arguments = {"sh", "-c", "exec " + command}, .time_limit_s = 10});
  return result.succeeded() ? std::optional(std::move(result.output)) : std::nullopt;
}

ProgramSource::ProgramSource(ProgramQuery query, RunProgram run)
    : query_(std::move(query)), run_(std::move(run)) {
  for (auto& [device, reading] : ask()) devices_.push_back(device);
}

std::vector<DeviceReading> ProgramSource::ask() const {
  const std::optional<std::string> output = run_(query_.command);
  return output ? query_.parse(*output) : std::vector<DeviceReading>();
}

std::vector<Reading> ProgramSource::read(std::int64_t steady_ns) {
  if (last_ns_ && steady_ns - *last_ns_ < query_.period_ns) return {};
  last_ns_ = steady_ns;
  std::vector<Reading> readings(devices_.size());
  for (auto& [device, reading] : ask()) {
    const auto known =
        std::find_if(devices_.begin(), devices_.end(),
                     [&asked = device](const Device& d) { return is_same_device(d, asked); });
    if (known != devices_.end()) {
      readings[static_cast<std::size_t>(known - devices_.begin())] = reading;
    }
  }
  return readings;
}

}  // namespace sciwright::energy
