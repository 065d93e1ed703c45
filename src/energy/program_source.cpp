#include "energy/program_source.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <sys/wait.h>

namespace sciwright::energy {

std::optional<std::string> run_program(const std::string& command) {
  FILE* pipe =
      ::popen(("exec timeout --kill-after=1 10 " + command + " 2>/dev/null").c_str(), "re");
  if (pipe == nullptr) return {};
  std::string output;
  char buffer[1 << 14];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) {
    output.append(buffer, count);
  }
  const int status = ::pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return {};
  return output;
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
