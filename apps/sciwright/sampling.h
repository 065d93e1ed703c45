#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "energy/report.h"
#include "energy/sampler.h"
#include "energy/sources.h"
#include "energy/watch_log.h"

namespace sciwright {

/// What `monitor` and `gpu watch` are told about sampling.
struct SamplingOptions {
  std::string delay = "1";
  std::optional<std::int64_t> count;
  std::string gpus;
  std::string sources;       ///< Names with commas; empty takes the usual ones.
  std::string root;          ///< Instead of / for /sys and /proc.
  std::string replay;        ///< A recorded trace instead of sensors.
  std::string out;           ///< File for the samples.
  std::string form = "csv";  ///< csv, new or old.
  bool dense = false;
  std::optional<double> tdp_w;
};

/// Adds --gpu and --replay, which say whom to ask.
void add_device_options(CLI::App& verb, SamplingOptions& options);

/// Adds --delay, --count and --dense, which say what rows to write.
void add_row_options(CLI::App& verb, SamplingOptions& options);

/// Period and count. Throws a usage error for a delay that is none.
energy::SamplingPlan sampling_plan(const SamplingOptions& options);

/// The sensors that the options choose.
energy::FoundSources sources_of(const SamplingOptions& options);

/// Samples until the count is reached or a signal comes, writes each round to stdout in the form
/// asked for (unless `quiet`) and to `out`; then reports what was measured.
energy::Json sample_here(energy::PowerSources sources, const SamplingOptions& options, bool quiet);

/// How a measured command ended.
struct MeasuredCommand {
  int exit_code = 0;
  energy::Json report;
};

/// Runs a command, samples beside it, and reports what was measured. Throws a usage error when it
/// cannot be started.
MeasuredCommand sample_command(energy::PowerSources sources, const SamplingOptions& options,
                               const std::vector<std::string>& command);

}  // namespace sciwright
