#include <exception>
#include <filesystem>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <torch/version.h>

#include "base/build_facts.h"
#include "base/error.h"
#include "base/suggestion.h"
#include "bench/runner.h"
#include "cloudmask/task/cloudmask.h"
#include "earthquake/task/earthquake.h"
#include "hello/task/hello.h"

namespace sciwright {
namespace {

std::vector<std::unique_ptr<bench::Benchmark>> all_benchmarks() {
  std::vector<std::unique_ptr<bench::Benchmark>> all;
  all.push_back(std::make_unique<hello::Hello>());
  all.push_back(std::make_unique<cloudmask::Cloudmask>());
  all.push_back(std::make_unique<earthquake::Earthquake>());
  return all;
}

int run_program(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments.front() == "--version") {
    fmt::print("sciwright-bench {} (commit {}, {}, {}, libtorch {})\n", kVersion, kCommit,
               kCompiler, kBuildType, TORCH_VERSION);
    return 0;
  }
  const auto benchmarks = all_benchmarks();
  std::vector<std::string> names;
  for (const auto& benchmark : benchmarks) names.push_back(benchmark->spec().name);
  const std::string name = arguments.empty() ? "" : arguments.front();
  for (const auto& benchmark : benchmarks) {
    const bench::BenchmarkSpec spec = benchmark->spec();
    if (spec.name != name) continue;
    arguments.erase(arguments.begin());
    const bench::RunRequest request = bench::parse_run_request(spec, arguments);
    if (!request.help.empty()) {
      fmt::print("{}", request.help);
      return 0;
    }
    bench::RunnerEnvironment environment;
    environment.out = &std::cout;
    environment.benchmarks = names;
    environment.libraries = {{"libtorch", TORCH_VERSION}};
    return bench::run_benchmark(*benchmark, request, environment);
  }
  throw usage_error(
      fmt::format("sciwright-bench: '{}' is not a benchmark{}", name, did_you_mean(name, names)));
}

}  // namespace
}  // namespace sciwright

int main(int argc, char** argv) {
  // A training step frees and asks for the same large blocks again and again; glibc would return
  // them to the kernel each time, which then clears every page anew. (M_MMAP_THRESHOLD takes no
  // more than 32 MB.)
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
  try {
    return sciwright::run_program({argv + 1, argv + argc});
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
