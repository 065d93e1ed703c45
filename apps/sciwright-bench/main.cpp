#include <exception>
#include <filesystem>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <torch/version.h>

#include "base/build_facts.h"
#include "base/error.h"
#include "base/files.h"
#include "base/rank_place.h"
#include "base/suggestion.h"
#include "bench/runner.h"
#include "cloudmask/task/cloudmask.h"
#include "earthquake/task/earthquake.h"
#include "hello/task/hello.h"
#include "record/host.h"
#include "sciwright-bench/local_ranks.h"
#include "train/rank_group.h"

namespace sciwright {
namespace {

std::vector<std::unique_ptr<bench::Benchmark>> all_benchmarks() {
  std::vector<std::unique_ptr<bench::Benchmark>> all;
  all.push_back(std::make_unique<hello::Hello>());
  all.push_back(std::make_unique<cloudmask::Cloudmask>());
  all.push_back(std::make_unique<earthquake::Earthquake>());
  return all;
}

bench::RankTeam team_of(train::RankGroup& group) {
  return {&group, group.size(), group.num_machines(), group.num_local_ranks()};
}

/// A rank beside the first: it trains along, and keeps nothing of its own.
int help_first_rank(const bench::Benchmark& benchmark, bench::RunRequest request,
                    bench::RunnerEnvironment environment) {
  const TemporaryDirectory folder;
  if (!request.resume.empty()) {  // the first rank tells where the fit stands
    request.config_files = {(std::filesystem::path(request.resume) / "config.yaml").string()};
    request.resume.clear();
  }
  request.out = (folder.path() / "run").string();
  request.quiet = true;
  request.progress = false;
  std::ostringstream unread;
  environment.out = &unread;
  environment.measures_energy = false;
  const int code = bench::run_benchmark(benchmark, request, environment);
  const bool only_helped = code == static_cast<int>(ErrorKind::kTimeLimit);
  return only_helped ? 0 : code;
}

int run_as_rank(const RankPlace& place, const bench::Benchmark& benchmark,
                const bench::RunRequest& request, bench::RunnerEnvironment environment) {
  if (!request.predict_only.empty()) {
    throw usage_error("--predict-only trains nothing: start it once, without ranks");
  }
  const bool runs_nothing = request.dry_run || request.summary;
  if (runs_nothing && place.rank > 0) return 0;
  if (runs_nothing) return bench::run_benchmark(benchmark, request, environment);
  train::RankGroup group(place);
  environment.ranks = team_of(group);
  return group.is_first() ? bench::run_benchmark(benchmark, request, environment)
                          : help_first_rank(benchmark, request, environment);
}

/// Once, and not by every rank.
void refuse_wrong_settings(const bench::Benchmark& benchmark, bench::RunRequest request,
                           bench::RunnerEnvironment environment) {
  std::ostringstream unread;
  environment.out = &unread;
  request.dry_run = true;
  bench::run_benchmark(benchmark, request, environment);
}

int run_request(const bench::Benchmark& benchmark, const bench::RunRequest& request,
                const bench::RunnerEnvironment& environment,
                const std::vector<std::string>& arguments) {
  const RankPlace place = rank_place(record::process_environment());
  if (request.num_ranks > 0 && place.size > 1 && request.num_ranks != place.size) {
    throw usage_error(
        fmt::format("--ranks {}: this process was started as one of {}; leave --ranks "
                    "away",
                    request.num_ranks, place.size));
  }
  const bool runs_nothing = request.dry_run || request.summary;
  if (place.size > 1) return run_as_rank(place, benchmark, request, environment);
  if (request.num_ranks > 1 && !runs_nothing) {
    refuse_wrong_settings(benchmark, request, environment);
    return run_local_ranks(request.num_ranks, arguments);
  }
  return bench::run_benchmark(benchmark, request, environment);
}

int run_program(const std::vector<std::string>& arguments) {
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
    const bench::RunRequest request =
        bench::parse_run_request(spec, {arguments.begin() + 1, arguments.end()});
    if (!request.help.empty()) {
      fmt::print("{}", request.help);
      return 0;
    }
    bench::RunnerEnvironment environment;
    environment.out = &std::cout;
    environment.benchmarks = names;
    environment.libraries = {{"libtorch", TORCH_VERSION}};
    return run_request(*benchmark, request, environment, arguments);
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
