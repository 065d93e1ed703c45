#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/progress_bar.h"
#include "bench/stop_signal.h"
#include "record/result.h"
#include "record/run_dir.h"
#include "sciwright/command.h"
#include "sciwright/option_checks.h"
#include "sciwright/print_json.h"
#include "storage/probe_table.h"

namespace sciwright {
namespace {

constexpr std::int64_t kMebibyte = 1 << 20;

/// What `io` takes.
struct IoOptions {
  std::vector<std::string> directories;
  std::int64_t size_mib = 256;
  storage::ProbeSettings settings;
  std::optional<double> need_mb_per_s;
  std::string run;
  bool json = false;
};

/// The need of the command line, or of a finished run: what it read per second of not waiting.
std::optional<storage::LoaderNeed> need_of(const IoOptions& options) {
  if (options.need_mb_per_s) return storage::LoaderNeed{"the loader", *options.need_mb_per_s * 1e6};
  if (options.run.empty()) return {};
  const record::RunPaths paths(options.run);
  const record::Json io = record::read_result(paths.result).io;
  const record::Json needed = io.is_object() ? io.value("needed_bytes_per_s", record::Json()) : io;
  if (!needed.is_number()) {
    throw usage_error(
        fmt::format("{}: it does not say what its training read (io."
                    "needed_bytes_per_s is null); give --need",
                    paths.result.string()));
  }
  return storage::LoaderNeed{options.run, needed.get<double>()};
}

/// What could be probed, and why the rest could not.
struct Outcome {
  std::vector<storage::Probe> probes = {};
  Problems problems = {};
  ErrorKind kind = ErrorKind::kUsage;  ///< A failure when one problem is.
};

Outcome probe_all(const IoOptions& options, const storage::ProbeSettings& settings) {
  const bench::StopSignal signal;
  Outcome outcome;
  for (const std::string& directory : options.directories) {
    const auto say = [&](const std::string& row) {
      if (const auto kind = signal.requested()) {
        throw Error(*kind, "stopped by a signal; the files of the probe are removed");
      }
      if (stderr_is_terminal()) write_stderr(fmt::format("\r\033[K{}: {}", directory, row));
    };
    // One directory that fails must not cost the others' results.
    try {
      outcome.probes.push_back(storage::probe_directory(directory, settings, system_clock(), say));
    } catch (const Error& error) {
      if (signal.requested()) throw;
      outcome.problems.push_back(error.what());
      if (error.kind() != ErrorKind::kUsage) outcome.kind = ErrorKind::kFailure;
    }
    if (stderr_is_terminal()) write_stderr("\r\033[K");
  }
  return outcome;
}

void print(const std::vector<storage::Probe>& probes, const IoOptions& options,
           const std::optional<storage::LoaderNeed>& need) {
  if (options.json) {
    print_json(storage::probe_json(probes));
    return;
  }
  fmt::print("{}", storage::probe_table(probes));
  if (need) fmt::print("\n{}", storage::need_verdicts(probes, *need));
}

int probe(const IoOptions& options) {
  const std::optional<storage::LoaderNeed> need = need_of(options);
  storage::ProbeSettings settings = options.settings;
  settings.file_bytes = options.size_mib * kMebibyte;
  const Outcome outcome = probe_all(options, settings);
  if (!outcome.probes.empty()) print(outcome.probes, options, need);
  if (!outcome.problems.empty()) {
    std::fflush(stdout);
    throw Error(outcome.kind, fmt::format("{}", fmt::join(outcome.problems, "\n")));
  }
  return 0;
}

}  // namespace

void add_io_command(CLI::App& app, Programs& programs) {
  CLI::App* io = app.add_subcommand("io", "Measure how fast directories are written and read.");
  auto options = std::make_shared<IoOptions>();
  io->add_option("dir", options->directories, "Directories to compare with the first of them")
      ->required()
      ->type_name("DIR");
  io->add_option("--size", options->size_mib, "Size of the file")
      ->type_name("MIB")
      ->check(CLI::Range(1, 1 << 20));
  io->add_option("--rounds", options->settings.num_rounds, "How often everything is timed")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  io->add_option("--readers", options->settings.num_readers, "Threads that read at once")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  io->add_option("--small-files", options->settings.num_small_files, "Number of small files")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000));
  CLI::Option* need =
      io->add_option("--need", options->need_mb_per_s, "What a data loader needs, to be checked")
          ->type_name("MB/S")
          ->check(positive());
  io->add_option("--run", options->run, "Check for what the training of this finished run read")
      ->type_name("RUN")
      ->excludes(need);
  io->add_flag("--json", options->json, "Print JSON, with every round");
  io->footer(
      "A directory that cannot be probed is told at the end; the others are.\n\n"
      "Examples:\n"
      "  sciwright io /home/me /scratch/me /dev/shm\n"
      "  sciwright io --run runs/earthquake-20261125T120000Z /scratch/me\n");
  io->callback([&programs, options] { programs.action = [options] { return probe(*options); }; });
}

}  // namespace sciwright
