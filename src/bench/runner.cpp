#include "bench/runner.h"

#include <memory>
#include <ostream>

#include <fmt/format.h>

#include "base/build_facts.h"
#include "base/files.h"
#include "bench/run_energy.h"
#include "bench/run_io.h"
#include "bench/run_memory.h"
#include "bench/run_plan.h"
#include "bench/run_staging.h"
#include "bench/run_summary.h"
#include "bench/session_start.h"
#include "bench/stop_signal.h"
#include "bench/submission.h"
#include "record/result.h"
#include "record/run_dir.h"
#include "record/sessions.h"
#include "record/timers_csv.h"
#include "record/trace_events.h"

namespace sciwright::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::literals::operator""_json_pointer;

/// All that is recorded around a run.
class Recorder final {
 public:
  Recorder(const BenchmarkSpec& spec, const RunPlan& plan, const RunnerEnvironment& environment)
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
  const RunPlan& plan_;
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

record::RunResult make_result(const BenchmarkSpec& spec, const RunPlan& plan,
                              const Recorder& recorder, const RunOutcome& outcome,
                              const Clock& clock) {
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

int report_stop(const RunPlan& plan, const BenchmarkSpec& spec, ErrorKind why,
                const std::function<void(const std::string&)>& say) {
  say(fmt::format("Stopped and saved. Continue with: sciwright run {} --resume {}\n", spec.name,
                  plan.folder.string()));
  return static_cast<int>(why);
}

int carry_out(const Benchmark& benchmark, const RunRequest& request, const RunPlan& plan,
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
  const RunPlan plan = make_plan(spec, request, environment);
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
