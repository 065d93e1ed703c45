#include "bench/run_plan.h"

#include <algorithm>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/hash.h"
#include "bench/mllog_keys.h"
#include "bench/run_staging.h"
#include "io/yaml.h"
#include "record/result.h"
#include "record/run_dir.h"

namespace sciwright::bench {
namespace {

namespace fs = std::filesystem;

std::string text_at(const Json& sections, const std::string& path, const std::string& fallback) {
  const Json* found = config::find_path(sections, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : fallback;
}

fs::path default_folder(const std::string& benchmark, const RunnerEnvironment& environment) {
  std::string stamp = utc_iso8601(environment.clock.utc_ns());
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return environment.working_directory / "runs" / fmt::format("{}-{}", benchmark, stamp);
}

/// Where the run of an experiment belongs: `run` beside its config.yaml; `run_NAME` beside
/// config_NAME.yaml, as in flat studies, where many experiments share a folder.
fs::path experiment_folder(const fs::path& config) {
  constexpr std::string_view kConfig = "config_";
  const std::string stem = config.stem().string();
  const bool is_flat = stem.starts_with(kConfig) && stem.size() > kConfig.size();
  return config.parent_path() / (is_flat ? "run_" + stem.substr(kConfig.size()) : "run");
}

/// The settings of a run whose model shall forecast. Throws a usage error unless it is a finished,
/// valid run of this benchmark.
io::Document model_run_config(const BenchmarkSpec& spec, const std::string& folder) {
  const record::RunPaths paths(folder);
  const auto refuse = [&](const std::string& why) {
    return usage_error(fmt::format("--predict-only {}: {}", folder, why));
  };
  if (!fs::exists(paths.config)) throw refuse("this is no run folder, it has no config.yaml");
  if (!fs::exists(paths.result)) {
    throw refuse("the run is not finished, it has no result.json; continue it with --resume");
  }
  const record::RunResult result = record::read_result(paths.result);
  if (result.benchmark != spec.name) {
    throw refuse(fmt::format("this is a run of {}, not of {}", result.benchmark, spec.name));
  }
  if (!result.valid) {
    throw refuse(fmt::format("the run is invalid: {}", fmt::join(result.reasons, "; ")));
  }
  return io::read_yaml(paths.config);
}

/// What makes a run another one cannot be changed when it is resumed.
void refuse_another_run(const BenchmarkSpec& spec, const Json& begun, const Json& settings) {
  Problems problems;
  for (const char* key : {"model", "protocol", "seed"}) {
    const Json* before = config::find_path(begun, spec.name + "." + key);
    if (before == nullptr || !settings.contains(key) || *before == settings[key]) continue;
    problems.push_back(
        fmt::format("--resume: the run was begun with {} {}, found {}; another {} is "
                    "another run",
                    key, before->dump(), settings[key].dump(), key));
  }
  throw_if_any(problems);
}

}  // namespace

RunPlan make_plan(const BenchmarkSpec& spec, const RunRequest& request,
                  const RunnerEnvironment& environment) {
  RunPlan plan;
  std::vector<io::Document> files;
  if (!request.resume.empty()) {
    plan.resume = true;
    plan.folder = request.resume;
    const record::RunPaths paths(plan.folder);
    if (!fs::exists(paths.config)) {
      throw usage_error(
          fmt::format("--resume {}: this is no run folder, it has no config.yaml", request.resume));
    }
    files.push_back(io::read_yaml(paths.config));
    const std::string model = text_at(files.back().value, "run.predict_only", "");
    if (!model.empty()) {
      throw usage_error(
          fmt::format("--resume {}: this run forecasts only and starts anew: sciwright run {} "
                      "--predict-only {}",
                      request.resume, spec.name, model));
    }
  }
  if (!request.predict_only.empty()) {
    // A file is a model of another program; its settings are those given here.
    const bool is_file = fs::is_regular_file(request.predict_only);
    files.push_back(is_file ? io::Document{} : model_run_config(spec, request.predict_only));
    config::set_path(files.back().value, "run.predict_only", request.predict_only);
    plan.flags = " --predict-only " + request.predict_only;
    if (!request.from.empty()) plan.flags += " --from " + request.from;
  }
  for (const std::string& file : request.config_files) {
    files.push_back(io::read_yaml(file));
    if (is_experiment_config(files.back())) plan.folder = experiment_folder(file);
  }
  plan.config = resolve_run_config(spec, files, request.overrides);
  if (plan.resume) refuse_another_run(spec, files.front().value, plan.config.settings);
  for (const DataPath& data : data_paths(spec, plan.config.settings)) {
    // config.yaml repeats the run from any folder.
    config::set_path(plan.config.settings, data.setting,
                     fs::absolute(data.path).lexically_normal().string());
  }
  plan.mllog_keys = mllog_keys(plan.config.sections);
  if (!request.out.empty()) plan.folder = request.out;
  if (plan.folder.empty()) plan.folder = default_folder(spec.name, environment);
  return plan;
}

std::string config_text(const std::string& benchmark, const RunPlan& plan) {
  Json document = plan.config.sections;
  // The experiment's parameters are in the settings now; kept, they would override them on a
  // resume.
  document.erase("experiment");
  document[benchmark] = plan.config.settings;
  return "# Everything this run was told; sciwright run " + benchmark + plan.flags +
         " --config config.yaml repeats it.\n" + io::write_yaml(document);
}

int thread_count(const Json& settings, int num_local_ranks) {
  const int asked = settings.value("threads", 0);
  if (asked > 0) return asked;
  const auto num_cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const bool is_bound = num_cores < ::sysconf(_SC_NPROCESSORS_ONLN);
  return is_bound ? num_cores : std::max(1, num_cores / num_local_ranks);
}

std::string hash_of(const RunPlan& plan) { return sha256_hex(plan.config.settings.dump()); }

std::uint64_t seed_of(const Json& settings) { return settings.value("seed", std::uint64_t{1}); }

std::vector<fs::path> paths_of_data(const BenchmarkSpec& spec, const RunPlan& plan) {
  std::vector<fs::path> paths = {plan.folder};
  for (const DataPath& data : data_paths(spec, plan.config.settings)) paths.push_back(data.path);
  return paths;
}

}  // namespace sciwright::bench
