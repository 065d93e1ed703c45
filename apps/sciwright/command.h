#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/benchmark_spec.h"

namespace sciwright {

/// What a verb leaves behind after parsing: the work main then does. Returns the exit code.
using Action = std::function<int()>;

/// What the verbs share. main makes it; it outlives them.
struct Programs {
  std::vector<bench::BenchmarkSpec> benchmarks;
  Action action;
};

// Each adds one verb to the command line; parsing it sets `programs.action`.
void add_run_command(CLI::App& app, Programs& programs);
void add_data_command(CLI::App& app, Programs& programs);
void add_monitor_command(CLI::App& app, Programs& programs);
void add_gpu_command(CLI::App& app, Programs& programs);
void add_io_command(CLI::App& app, Programs& programs);
void add_doctor_command(CLI::App& app, Programs& programs);
void add_completion_command(CLI::App& app, Programs& programs);
void add_docs_command(CLI::App& app, Programs& programs);
void add_submission_command(CLI::App& app, Programs& programs);
void add_progress_command(CLI::App& app, Programs& programs);
void add_stopwatch_command(CLI::App& app, Programs& programs);
void add_serve_command(CLI::App& app, Programs& programs);
void add_report_command(CLI::App& app, Programs& programs);
void add_compare_command(CLI::App& app, Programs& programs);
void add_predict_command(CLI::App& app, Programs& programs);
void add_experiment_command(CLI::App& app, Programs& programs);
void add_ee_command(CLI::App& app, Programs& programs);
void add_workflow_command(CLI::App& app, Programs& programs);
void add_cc_command(CLI::App& app, Programs& programs);

/// Becomes `sciwright-bench` with the same arguments. Returns only when that is impossible, with
/// the exit code.
int hand_over_to_bench(const std::vector<std::string>& arguments);

/// Where `sciwright-bench` is: $SCIWRIGHT_BENCH, beside this program, or on the PATH. Empty when
/// nowhere.
std::string find_bench_program();

/// "sciwright 0.1.0 (commit …, GNU 12.2.0, Release)".
std::string version_text(const std::string& program);

}  // namespace sciwright
