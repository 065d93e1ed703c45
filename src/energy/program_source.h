#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "energy/power_source.h"

namespace sciwright::energy {

/// A device and what it told.
using DeviceReading = std::pair<Device, Reading>;

/// What a program wrote to stdout, or why there is nothing.
struct ProgramAnswer {
  std::optional<std::string> output;
  std::string problem = "the program fails";  ///< Where there is no output.

  ProgramAnswer(std::optional<std::string> text) : output(std::move(text)) {}
};

/// Runs a command line.
using RunProgram = std::function<ProgramAnswer(const std::string& command)>;

/// Runs it by the shell, for so many seconds at most: a driver that hangs must not hang the
/// sampler.
ProgramAnswer run_program_for(const std::string& command, double time_limit_s);

/// For 10 seconds.
ProgramAnswer run_program(const std::string& command);

/// How to ask one program.
struct ProgramQuery {
  std::string source;   ///< "nvidia-smi", the name of its devices' source too.
  std::string command;  ///< Without anything that came from a user.
  /// Reads the program's output; empty when it is not what was expected. Throws nothing.
  std::function<std::vector<DeviceReading>(const std::string& output)> parse;
  std::int64_t period_ns = 0;  ///< Asked at most once in this time.
};

/// A source that runs a program and reads its output. Devices are those of the first answer.
class ProgramSource final : public PowerSource {
 public:
  /// Asks once.
  ProgramSource(ProgramQuery query, RunProgram run);

  /// Why the program did not answer when it was last asked; empty when it did.
  const std::string& problem() const { return problem_; }

  const std::vector<Device>& devices() const override { return devices_; }
  std::vector<Reading> read(std::int64_t steady_ns) override;

 private:
  std::vector<DeviceReading> ask();

  ProgramQuery query_;
  RunProgram run_;
  std::string problem_;
  std::vector<Device> devices_;
  std::optional<std::int64_t> last_ns_;
};

}  // namespace sciwright::energy
