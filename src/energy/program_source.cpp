#include "energy/program_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/process.h"

namespace sciwright::energy {

ProgramAnswer run_program_for(const std::string& command, double time_limit_s) {
  constexpr int kNotFound = 127;  // of a shell
  CommandResult result =
      run_command({.arguments = {"sh", "-c", "exec " + command}, .time_limit_s = time_limit_s});
  if (result.succeeded()) return std::optional(std::move(result.output));
  ProgramAnswer answer(std::nullopt);
  if (result.timed_out) {
    answer.problem = fmt::format("the program does not answer within {} s", time_limit_s);
  } else if (result.exit_code == kNotFound) {
    answer.problem = "the program is not installed";
  } else if (result.exit_code > 0) {
    answer.problem = fmt::format("the program fails with exit code {}", result.exit_code);
  }
  return answer;
}

ProgramAnswer run_program(const std::string& command) { return run_program_for(command, 10); }

ProgramSource::ProgramSource(ProgramQuery query, RunProgram run)
    : query_(std::move(query)), run_(std::move(run)) {
  for (auto& [device, reading] : ask()) devices_.push_back(device);
}

std::vector<DeviceReading> ProgramSource::ask() {
  ProgramAnswer answer = run_(query_.command);
  problem_ = answer.output ? "" : std::move(answer.problem);
  return answer.output ? query_.parse(*answer.output) : std::vector<DeviceReading>();
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
