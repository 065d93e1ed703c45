#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "bench/benchmark.h"
#include "bench/run_request.h"
#include "record/host.h"

namespace sciwright::bench {

/// The world around a run; tests bring their own.
struct RunnerEnvironment {
  Clock clock = system_clock();
  std::ostream* out = nullptr;  ///< Tables and JSON.
  std::function<void(const std::string&)> to_stderr = write_stderr;
  bool is_terminal = stderr_is_terminal();
  std::filesystem::path working_directory = ".";
  record::Texts libraries = {};              ///< For host.json.
  std::vector<std::string> benchmarks = {};  ///< Names of all the program has.
  RankTeam ranks = {};
  bool measures_energy = true;  ///< One rank of a machine does.
};

/// Carries one request out: resolves the settings, makes or reopens the run folder, records host,
/// timers, MLCommons log and result around the benchmark, prints the tables. Returns the exit code:
/// 0, 1 for an invalid result, 4 or 130 for a run that was asked to stop. Throws Error for what is
/// wrong before or in the run; the folder then holds what was recorded until there.
int run_benchmark(const Benchmark& benchmark, const RunRequest& request,
                  const RunnerEnvironment& environment);

}  // namespace sciwright::bench
