#include "bench/runner.h"

#include <memory>
#include <ostream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/build_facts.h"
#include "base/files.h"
#include "base/hash.h"
#include "bench/mllog_keys.h"
#include "bench/run_config.h"
#include "bench/run_energy.h"
#include "bench/run_io.h"
#include "bench/run_memory.h"
#include "bench/run_staging.h"
#include "bench/run_summary.h"
#include "bench/session_start.h"
#include "bench/stop_signal.h"
#include "bench/submission.h"
#include "io/yaml.h"
#include "record/result.h"
#include "record/run_dir.h"
#include "record/sessions.h"
#include "record/timers_csv.h"
#include "record/trace_events.h"

namespace sciwright::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::literals::operator""_json_pointer;

std::string text_at(const Json& sections, const std::string& path, const std::string& fallback) {
  const Json* found = config::find_path(sections, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : fallback;
}

/// A request with its settings and where its run goes.
struct Plan {
  RunConfig config;
  record::MllogKeys mllog_keys;
  fs::path folder;
  bool resume = false;
  std::string flags = {};  ///< Beside --config, what repeats the run: --predict-only with its own.
};

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

Plan make_plan(const BenchmarkSpec& spec, const RunRequest& request,
               const RunnerEnvironment& environment) {
  Plan plan;
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

std::string config_text(const std::string& benchmark, const Plan& plan) {
  Json document = plan.config.sections;
  // The experiment's parameters are in the settings now; kept, they would override them on a
  // resume.
  document.erase("experiment");
  document[benchmark] = plan.config.settings;
  return "# Everything this run was told; sciwright run " + benchmark + plan.flags +
         " --config config.yaml repeats it.\n" + io::write_yaml(document);
}

/// Ranks of a machine share its cores, unless what started them gave each its own.
int thread_count(const Json& settings, int num_local_ranks) {
  const int asked = settings.value("threads", 0);
  if (asked > 0) return asked;
  const auto num_cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const bool is_bound = num_cores < ::sysconf(_SC_NPROCESSORS_ONLN);
  return is_bound ? num_cores : std::max(1, num_cores / num_local_ranks);
}

std::string hash_of(const Plan& plan) { return sha256_hex(plan.config.settings.dump()); }

std::uint64_t seed_of(const Json& settings) { return settings.value("seed", std::uint64_t{1}); }

/// The run folder, and the data that the settings name.
std::vector<fs::path> paths_of_data(const BenchmarkSpec& spec, const Plan& plan) {
  std::vector<fs::path> paths = {plan.folder};
  for (const DataPath& data : data_paths(spec, plan.config.settings)) paths.push_back(data.path);
  return paths;
}

/// All that is recorded around a run.
class Recorder final {
 public:
  Recorder(const BenchmarkSpec& spec, const Plan& plan, const RunnerEnvironment& environment)
      : plan_(plan),
        dir_(plan.resume ? record::RunDir::resume(plan.folder, environment.clock)
                         : record::RunDir::create(plan.folder, environment.clock)),
        start_(session_start(record::RunPaths(plan.folder), plan.resume)),
        stopwatch_(environment.clock),
        started_utc_(utc_iso8601(environment.clock.utc_ns(), 3)) {
    const record::RunPaths& paths = dir_.paths();
    if (!plan.resume) write_file_atomic(paths.config, config_text(spec.name, plan));
    if (plan.resume) earlier_ = record::read_timers(paths.timers);
    const record::HostFacts host =
        record::read_host({.environment = record::process_environment(),
                           .data_paths = paths_of_data(spec, plan),
                           .working_directory = environment.working_directory,
                           .libraries = environment.libraries});
    write_file_atomic(paths.host, record::host_json(host).dump(2) + "\n");
    record::MllogOptions options;
    options.file = paths.mllog;
    options.resume = plan.resume;
    if (const auto gap = record::gap_before(earlier_, environment.clock.utc_ns(), start_)) {
      options.resume_facts = gap->values;
      options.resume_facts["gap_s"] = static_cast<double>(*gap->duration_ns) * 1e-9;
    }
    mllog_ = std::make_unique<record::MllogWriter>(environment.clock, options);
    phases_ =
        std::make_unique<record::Phases>(stopwatch_, mllog_.get(), plan.mllog_keys,
                                         [this](const record::Interval& i) { timers_.save(i); });
    mllog_->submission(submission_of(spec.name, plan.config.sections, host));
    mllog_->point("seed", seed_of(plan.config.settings));
    mllog_->point("cache_clear", true);
    const double delay_s = plan.config.settings.value("/energy/delay_s"_json_pointer, 1.0);
    energy_ = std::make_unique<RunEnergy>(paths, environment.measures_energy ? delay_s : 0,
                                          environment.clock);
  }

  record::MllogWriter& mllog() { return *mllog_; }
  record::Phases& phases() { return *phases_; }
  const record::RunPaths& paths() const { return dir_.paths(); }
  const std::string& started_utc() const { return started_utc_; }
  const RunEnergy& energy() const { return *energy_; }

  std::vector<record::Interval> intervals() const {
    return record::join_sessions(earlier_, stopwatch_.intervals(), start_);
  }

  /// A run that was told something wrong and learned nothing leaves nothing behind; any other
  /// leaves its timers.
  void end_failed(ErrorKind why) {
    if (why == ErrorKind::kUsage && !plan_.resume && fs::is_empty(paths().model)) {
      energy_.reset();
      dir_.discard();
    } else {
      write_timers();
    }
  }

  /// Ends the measuring of time and energy.
  void write_timers() {
    energy_->finish(intervals());
    timers_.finish();
    write_file_atomic(paths().trace, record::trace_events_json(intervals(), energy_->tracks()));
  }

 private:
  const Plan& plan_;
  record::RunDir dir_;
  const record::SessionStart start_;
  record::Stopwatch stopwatch_;
  record::TimersFile timers_{paths().timers, [this] { return intervals(); }};
  std::string started_utc_;
  std::vector<record::Interval> earlier_;
  std::unique_ptr<record::MllogWriter> mllog_;
  std::unique_ptr<record::Phases> phases_;
  std::unique_ptr<RunEnergy> energy_;
};

record::RunResult make_result(const BenchmarkSpec& spec, const Plan& plan, const Recorder& recorder,
                              const RunOutcome& outcome, const Clock& clock) {
  record::RunResult result;
  result.benchmark = spec.name;
  result.model = plan.config.settings.value("model", "");
  result.program_version = kVersion;
  result.seed = seed_of(plan.config.settings);
  result.config_hash = hash_of(plan);
  result.valid = outcome.invalid_because.empty();
  result.reasons = outcome.invalid_because;
  result.scores = outcome.scores;
  result.details = outcome.extra;
  for (const record::TimerSummary& timer : record::summarize(recorder.intervals())) {
    result.times_s[timer.name] = timer.sum_s;
  }
  for (const record::Interval& interval : recorder.intervals()) {
    result.num_sessions = std::max(result.num_sessions, interval.session + 1);
  }
  result.started_utc = recorder.started_utc();
  result.finished_utc = utc_iso8601(clock.utc_ns(), 3);
  result.waiting = record::waiting_json(recorder.intervals());
  result.energy = recorder.energy().report();
  result.io = run_io(recorder.paths(), recorder.intervals());
  result.memory = run_memory(recorder.energy().gpu_memory_bytes());
  return result;
}

Json ranks_json(const RankTeam& ranks) {
  return {{"count", ranks.num_ranks}, {"machines", ranks.num_machines}};
}

/// Runs the benchmark inside the recorder's "Total" and logs how it ended.
RunOutcome run_recorded(const std::function<RunOutcome(RunContext&)>& work, RunContext& context,
                        Recorder& recorder) {
  record::Phases& phases = recorder.phases();
  phases.start("Total");
  try {
    RunOutcome outcome = work(context);
    if (outcome.stopped) phases.interrupt();
    phases.stop("Total", outcome.invalid_because.empty());
    recorder.write_timers();
    return outcome;
  } catch (const Error& error) {
    phases.stop("Total", false);
    recorder.end_failed(error.kind());
    throw;
  } catch (...) {
    phases.stop("Total", false);
    recorder.end_failed(ErrorKind::kFailure);
    throw;
  }
}

int report_stop(const Plan& plan, const BenchmarkSpec& spec, ErrorKind why,
                const std::function<void(const std::string&)>& say) {
  say(fmt::format("Stopped and saved. Continue with: sciwright run {} --resume {}\n", spec.name,
                  plan.folder.string()));
  return static_cast<int>(why);
}

int carry_out(const Benchmark& benchmark, const RunRequest& request, const Plan& plan,
              const RunnerEnvironment& environment) {
  const StopSignal signal;
  const BenchmarkSpec spec = benchmark.spec();
  const std::function<void(const std::string&)> say = [&](const std::string& text) {
    if (!request.quiet) environment.to_stderr(text);
  };
  for (const std::string& warning : plan.config.warnings) say("warning: " + warning + "\n");
  const bool as_it_was = request.overrides.empty() && request.config_files.empty();
  if (plan.resume && as_it_was && fs::exists(record::RunPaths(plan.folder).result)) {
    say(fmt::format("{} is finished, nothing is left to do\n", plan.folder.string()));
    return 0;
  }
  const int num_threads = thread_count(plan.config.settings, environment.ranks.num_local_ranks);
  std::function<RunOutcome(RunContext&)> work = [&](RunContext& c) { return benchmark.run(c); };
  if (!request.predict_only.empty()) {
    work = benchmark.prediction(plan.config.settings,
                                {request.predict_only, request.from, num_threads, say});
  }
  Recorder recorder(spec, plan, environment);
  const std::function<std::optional<ErrorKind>()> stop_requested = [&] {
    return signal.requested();
  };
  ProgressBar progress(request.progress && environment.is_terminal, environment.to_stderr,
                       environment.clock);
  Json settings = plan.config.settings;
  const std::string config_hash = hash_of(plan);
  RunContext context{.settings = settings,
                     .config_hash = config_hash,
                     .folder = recorder.paths().folder,
                     .seed = seed_of(plan.config.settings),
                     .num_threads = num_threads,
                     .ranks = environment.ranks,
                     .resume = plan.resume,
                     .phases = recorder.phases(),
                     .mllog = recorder.mllog(),
                     .progress = progress,
                     .stop_requested = stop_requested,
                     .say = say};
  std::unique_ptr<storage::StagedData> staged;
  const auto staged_work = [&](RunContext& c) {
    staged = stage_data(spec, settings, c.phases, record::process_environment(), say);
    return work(c);
  };
  const auto outcome_of_all = [&] {
    try {
      return run_recorded(staged_work, context, recorder);
    } catch (const Error& error) {
      const bool is_saved = fs::exists(recorder.paths().model / "last.npz");
      if (error.kind() == ErrorKind::kUnreachable && is_saved) {
        report_stop(plan, spec, error.kind(), say);
      }
      throw;
    }
  };
  const RunOutcome outcome = outcome_of_all();
  progress.finish();
  if (outcome.stopped) {
    return report_stop(plan, spec, signal.requested().value_or(ErrorKind::kTimeLimit), say);
  }
  record::RunResult result = make_result(spec, plan, recorder, outcome, environment.clock);
  if (environment.ranks.num_ranks > 1) result.details["ranks"] = ranks_json(environment.ranks);
  recorder.energy().log(recorder.mllog());
  record::write_result(recorder.paths().result, result);
  *environment.out << (request.json ? record::result_json(result).dump(2) + "\n" : outcome.text);
  for (const std::string& reason : result.reasons) {
    environment.to_stderr("invalid: " + reason + "\n");
  }
  if (!environment.out->flush()) {
    throw Error(ErrorKind::kFailure,
                fmt::format("the result cannot be written to standard output; it is in {}",
                            recorder.paths().result.string()));
  }
  say(run_summary(recorder.intervals(), result.energy, result.io));
  say(fmt::format("Run folder: {}\n", plan.folder.string()));
  return result.valid ? 0 : 1;
}

}  // namespace

int run_benchmark(const Benchmark& benchmark, const RunRequest& request,
                  const RunnerEnvironment& environment) {
  BenchmarkSpec spec = benchmark.spec();
  spec.siblings = environment.benchmarks;
  const Plan plan = make_plan(spec, request, environment);
  if (request.dry_run) {
    *environment.out << config_text(spec.name, plan);
    return 0;
  }
  if (request.summary) {
    *environment.out << benchmark.model_summary(plan.config.settings);
    return 0;
  }
  return carry_out(benchmark, request, plan, environment);
}

}  // namespace sciwright::bench
