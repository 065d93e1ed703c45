#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& path) { return ::access(path.c_str(), X_OK) == 0; }

std::string benchmark_list(const Programs& programs) {
  std::string text = "Benchmarks:\n";
  for (const auto& spec : programs.benchmarks) {
    text += fmt::format("  {:<12} {}\n", spec.name, spec.summary);
  }
  return text + "\n'sciwright run NAME --help' lists the flags of one.\n";
}

int run_benchmark(const Programs& programs, const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const auto& spec : programs.benchmarks) names.push_back(spec.name);
  if (words.empty()) {
    throw usage_error("run: which benchmark? Known: " + fmt::format("{}", fmt::join(names, ", ")));
  }
  if (std::find(names.begin(), names.end(), words.front()) == names.end()) {
    throw usage_error(fmt::format("run: '{}' is not a benchmark (known: {}){}", words.front(),
                                  fmt::join(names, ", "), did_you_mean(words.front(), names)));
  }
  return hand_over_to_bench(words);
}

}  // namespace

std::string find_bench_program() {
  if (const char* own = std::getenv("SCIWRIGHT_BENCH"); own != nullptr && *own != 0) return own;
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error && is_program(self.parent_path() / "sciwright-bench")) {
    return (self.parent_path() / "sciwright-bench").string();
  }
  const char* search_path = std::getenv("PATH");
  std::string rest = search_path == nullptr ? "" : search_path;
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const fs::path candidate = fs::path(rest.substr(0, colon)) / "sciwright-bench";
    if (is_program(candidate)) return candidate.string();
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return "";
}

int hand_over_to_bench(const std::vector<std::string>& arguments) {
  const std::string program = find_bench_program();
  if (program.empty()) {
    throw Error(ErrorKind::kFailure,
                "sciwright-bench, the program that trains, is neither beside sciwright nor on the "
                "PATH; install it or set SCIWRIGHT_BENCH to its path");
  }
  // Threads that wait by spinning fight with everything else on the machine; a short spin keeps the
  // speed of small operations. Only the environment reaches libgomp before it starts.
  ::setenv("GOMP_SPINCOUNT", "2000", /*overwrite=*/0);
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  throw Error(ErrorKind::kFailure,
              fmt::format("{}: cannot start: {}", program, std::strerror(errno)));
}

void add_run_command(CLI::App& app, Programs& programs) {
  CLI::App* run = app.add_subcommand("run", "Run a benchmark.");
  run->prefix_command();  // the rest belongs to sciwright-bench
  run->set_help_flag();
  run->callback([run, &programs] {
    const std::vector<std::string> words = run->remaining();
    if (!words.empty() && (words.front() == "--help" || words.front() == "-h")) {
      programs.action = [&programs] {
        fmt::print("Usage: sciwright run NAME [flags]\n\n{}", benchmark_list(programs));
        return 0;
      };
      return;
    }
    programs.action = [words, &programs] { return run_benchmark(programs, words); };
  });
}

}  // namespace sciwright
