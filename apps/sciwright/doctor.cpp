#include <filesystem>
#include <optional>
#include <sstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/search_path.h"
#include "base/text_table.h"
#include "energy/sampler.h"
#include "energy/sources.h"
#include "record/host.h"
#include "sciwright/command.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

/// One line of the doctor's report.
struct Check {
  std::string name;
  bool good = false;
  bool needed = false;  ///< Without it sciwright cannot do its first job; otherwise only a feature
                        ///< is missing.
  std::string found;
  std::string advice;  ///< What to do where it is not good.
};

std::string first_line_with(const std::string& text, const std::string& key) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key)) {
      const auto colon = line.find(':');
      const auto start = line.find_first_not_of(" \t", colon + 1);
      return start == std::string::npos ? "" : line.substr(start);
    }
  }
  return "";
}

Check check_bench() {
  const std::string path = find_bench_program();
  return {"training program", !path.empty(), true, path.empty() ? "no sciwright-bench" : path,
          "install sciwright-bench beside sciwright, or set SCIWRIGHT_BENCH to its path"};
}

Check check_processor() {
  const std::string info = read_file("/proc/cpuinfo");
  const std::string flags = first_line_with(info, "flags");
  std::string vectors;
  for (const char* flag : {"avx2", "avx512f", "avx512_bf16", "amx_bf16"}) {
    if ((" " + flags + " ").find(std::string(" ") + flag + " ") != std::string::npos) {
      vectors += std::string(vectors.empty() ? "" : " ") + flag;
    }
  }
  const bool good = vectors.find("avx2") != std::string::npos;
  return {"processor", good, false,
          fmt::format("{}, {} threads, {}", first_line_with(info, "model name"),
                      std::thread::hardware_concurrency(), vectors.empty() ? "no AVX2" : vectors),
          "training will be slow: oneDNN's fast paths need AVX2 or better"};
}

Check check_memory() {
  const std::string total = first_line_with(read_file("/proc/meminfo"), "MemTotal");
  const double gib = std::strtod(total.c_str(), nullptr) / (1 << 20);
  return {"memory", gib >= 4, false, fmt::format("{:.1f} GiB", gib),
          "the benchmarks need up to 3 GB; close other programs"};
}

Check check_writable(const std::string& name, const fs::path& directory) {
  try {
    make_directories(directory);
    const fs::path probe = directory / fmt::format(".probe.{}", ::getpid());
    write_file_atomic(probe, "x");
    fs::remove(probe);
    const double free_gb = static_cast<double>(fs::space(directory).available) / 1e9;
    return {name, free_gb >= 2, false,
            fmt::format("{}, {:.1f} GB free", directory.string(), free_gb),
            "less than 2 GB free: a run's folder may not fit"};
  } catch (const std::exception& error) {
    return {name, false, false, error.what(),
            "set SCIWRIGHT_CACHE to a directory you may write to"};
  }
}

Check check_program(const std::string& name, const std::string& program, const std::string& use) {
  const bool good = is_on_path(program);
  return {name, good, false, good ? program : "no " + program + " on the PATH", use};
}

Check check_sensors() {
  const energy::FoundSources found =
      energy::find_sources(energy::source_query(record::process_environment()));
  std::vector<std::string> devices;
  for (const energy::Device& device : energy::devices_of(found.sources)) {
    devices.push_back(fmt::format("{} ({})", device.name, device.source));
  }
  return {"energy", !devices.empty(), false,
          devices.empty() ? "no readable sensor" : fmt::format("{}", fmt::join(devices, ", ")),
          fmt::format("runs do not know what they use; {}", fmt::join(found.problems, "; "))};
}

std::vector<Check> all_checks() {
  return {check_bench(),
          check_processor(),
          check_memory(),
          check_writable("cache", cache_directory()),
          check_writable("this folder", fs::current_path()),
          check_sensors(),
          check_program("Slurm", "sbatch", "needed only to submit jobs to Slurm"),
          check_program("LSF", "bsub", "needed only to submit jobs to LSF"),
          check_program("PBS", "qsub", "needed only to submit jobs to PBS"),
          check_program("Jupyter", "jupyter",
                        "needed only for notebooks in workflows, unless papermill is there"),
          check_program("ssh", "ssh", "needed only to start jobs on other hosts")};
}

int report(bool as_json) {
  const std::vector<Check> checks = all_checks();
  bool ready = true;
  TextTable table;
  table.column("check", TextTable::Align::kLeft)
      .column("", TextTable::Align::kLeft)
      .column("found", TextTable::Align::kLeft);
  nlohmann::json json = nlohmann::json::array();
  for (const Check& check : checks) {
    ready = ready && (check.good || !check.needed);
    const std::string state = check.good ? "ok" : check.needed ? "MISSING" : "–";
    table.row({check.name, state, check.good ? check.found : check.found + ": " + check.advice});
    json.push_back({{"name", check.name},
                    {"good", check.good},
                    {"needed", check.needed},
                    {"found", check.found},
                    {"advice", check.good ? "" : check.advice}});
  }
  if (as_json) {
    print_json(nlohmann::json{{"schema_version", 1}, {"ready", ready}, {"checks", json}});
  } else {
    fmt::print("{}\n{}\n\n{}", version_text("sciwright"),
               ready ? "Ready to run benchmarks here." : "Not ready to run benchmarks here.",
               table.text());
  }
  return ready ? 0 : 1;
}

}  // namespace

void add_doctor_command(CLI::App& app, Programs& programs) {
  CLI::App* doctor =
      app.add_subcommand("doctor", "Say what works on this machine and what is missing.");
  auto as_json = std::make_shared<bool>(false);
  doctor->add_flag("--json", *as_json, "Print JSON");
  doctor->callback(
      [&programs, as_json] { programs.action = [as_json] { return report(*as_json); }; });
}

}  // namespace sciwright
