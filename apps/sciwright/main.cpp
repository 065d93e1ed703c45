#include <cstdio>
#include <exception>
#include <filesystem>

#include <fmt/format.h>

#include "base/build_facts.h"
#include "base/error.h"
#include "base/suggestion.h"
#include "cloudmask/data/spec.h"
#include "earthquake/data/spec.h"
#include "hello/data/spec.h"
#include "sciwright/command.h"

namespace sciwright {

std::string version_text(const std::string& program) {
  return fmt::format("{} {} (commit {}, {}, {})", program, kVersion, kCommit, kCompiler,
                     kBuildType);
}

namespace {

constexpr const char* kExamples = R"(Examples:
  sciwright run earthquake                       on a catalogue it simulates
  sciwright run earthquake --catalog FILE        on a real one
  sciwright run earthquake --model baselines     the trivial forecasts only, in seconds
  sciwright run cloudmask                        clouds in satellite scenes, simulated ones
  sciwright data fetch earthquake --out DIR      download the Southern California catalogue
  sciwright experiment generate --config F …     one folder for each experiment of a study
  sciwright workflow run FILE                    jobs that depend on each other, over machines
  sciwright monitor -- COMMAND                   the energy of a command
  sciwright doctor                               what works on this machine
)";

/// CLI11 says which word it did not expect; people also want to know what they meant.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  std::string text = error.what();
  std::vector<std::string> known;
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  for (const CLI::App* verb : at->get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(verb->get_name());
  }
  for (const CLI::Option* option : at->get_options()) known.push_back(option->get_name());
  for (const std::string& word : at->remaining(true)) {
    text += did_you_mean(word, known);
    break;
  }
  return text;
}

/// The exit code of a verb, unless what it printed did not arrive (a full disk).
int printed(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  fmt::print(stderr,
             "sciwright: standard output cannot be written; what was printed is not whole\n");
  return code == 0 ? static_cast<int>(ErrorKind::kFailure) : code;
}

int run_program(int argc, char** argv) {
  Programs programs;
  programs.benchmarks = {hello::spec(), cloudmask::spec(), earthquake::spec()};

  CLI::App app("Benchmark carpentry for science AI.", "sciwright");
  app.set_version_flag("--version", version_text("sciwright"));
  app.require_subcommand(1);
  app.footer(kExamples);
  add_run_command(app, programs);
  add_data_command(app, programs);
  add_experiment_command(app, programs);
  add_ee_command(app, programs);
  add_workflow_command(app, programs);
  add_cc_command(app, programs);
  add_serve_command(app, programs);
  add_report_command(app, programs);
  add_compare_command(app, programs);
  add_predict_command(app, programs);
  add_submission_command(app, programs);
  add_monitor_command(app, programs);
  add_gpu_command(app, programs);
  add_stopwatch_command(app, programs);
  add_progress_command(app, programs);
  add_io_command(app, programs);
  add_doctor_command(app, programs);
  add_completion_command(app, programs);
  add_docs_command(app, programs);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "sciwright: {}\nTry 'sciwright --help'.\n", explain(app, error));
    return static_cast<int>(ErrorKind::kUsage);
  }
  return printed(programs.action());
}

}  // namespace
}  // namespace sciwright

int main(int argc, char** argv) {
  try {
    return sciwright::run_program(argc, argv);
  } catch (const sciwright::Error& error) {
    fmt::print(stderr, "sciwright: {}\n", error.what());
    return error.exit_code();
  } catch (const std::filesystem::filesystem_error& error) {
    fmt::print(stderr, "sciwright: {}: {}\n", error.path1().string(), error.code().message());
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "sciwright: unexpected failure: {}\n", error.what());
    return 1;
  }
}
