#include <cerrno>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/process.h"
#include "bench/stop_signal.h"
#include "jobs/local_launcher.h"
#include "sciwright/collect_commands.h"
#include "sciwright/print_json.h"
#include "sciwright/study_options.h"
#include "tuning/tune_view.h"
#include "tuning/tune_worker.h"

namespace sciwright {
namespace {

/// What `experiment tune` takes.
struct TuneOptions {
  StudyOptions study;
  int num_places = 1;
  std::uint64_t most_starts = 0;
  std::string time;
  std::string lease = "15m";
  bool status = false;
  bool log = false;
  bool json = false;
};

/// Longest time until a worker looks for what others did.
constexpr double kLongestWaitS = 2;

void make_study(const TuneOptions& options, const Programs& programs) {
  if (options.study.config.empty() && options.study.source.empty()) return;  // to join
  if (options.study.config.empty() || options.study.source.empty()) {
    throw usage_error("--config, --source: both begin a study, neither joins one");
  }
  const experiment::StudyRequest study = study_request_of(options.study);
  tuning::TuneRequest request;
  request.configuration = study.configuration;
  for (const experiment::Template& t : study.templates) {
    request.templates.emplace_back(t.path(), t.text());
  }
  request.script_name = study.script_name;
  request.code = options.study.copycode;
  request.known = known_metrics(programs);
  for (const std::string& text :
       tuning::make_tuned_study(options.study.out, request, environment_value)) {
    if (!options.study.quiet) fmt::print(stderr, "warning: {}\n", text);
  }
}

/// Until the launcher has news, a signal comes, or the time is up.
void wait_for_news(const jobs::Launcher& launcher, double longest_s) {
  pollfd news{launcher.change_descriptor(), POLLIN, 0};
  (void)::poll(&news, news.fd < 0 ? 0 : 1, static_cast<int>(longest_s * 1000));
}

tuning::Worker this_worker() {
  const char* job = std::getenv("SLURM_JOB_ID");
  return {host_name(), ::getpid(), process_start(::getpid()), boot_id(), job == nullptr ? "" : job};
}

void show(const tuning::TuneState& state, const tuning::TunedStudy& study,
          const TuneOptions& options) {
  if (options.json) {
    print_json(tune_json(state, study.settings()));
  } else {
    fmt::print("{}", tune_text(state, study.settings()));
  }
}

int look(const tuning::TunedStudy& study, const TuneOptions& options) {
  tuning::TuneState state(study.num_rungs());
  for (const tuning::Event& event : tuning::EventLog(study.events_folder()).read_new()) {
    if (options.log) fmt::print("{}\n", event_line(event));
    state.apply(event);
  }
  if (!options.log) show(state, study, options);
  return 0;
}

int work(const tuning::TunedStudy& study, const TuneOptions& options) {
  jobs::LocalLauncher launcher(options.num_places);
  const bench::StopSignal signal;
  tuning::WorkerOptions worker_options;
  worker_options.num_places = static_cast<std::size_t>(options.num_places);
  worker_options.most_starts = options.most_starts;
  if (!options.time.empty()) worker_options.last_start_s = parse_duration_s(options.time);
  worker_options.lease_s = parse_duration_s(options.lease);
  tuning::WorkerEnvironment environment{launcher, system_clock(), this_worker(),
                                        [&] { return signal.requested().has_value(); },
                                        [&](const std::string& line) {
                                          if (!options.study.quiet)
                                            fmt::print(stderr, "{}\n", line);
                                        }};
  tuning::TuneWorker worker(study, environment, worker_options);
  while (worker.turn()) wait_for_news(launcher, kLongestWaitS);
  const tuning::WorkerReport report = worker.finish();
  if (!report.has_whole_manifest) {
    fmt::print(stderr,
               "{}: another process writes the manifest; it lacks some trials until the "
               "next worker ends\n",
               study.folder().string());
  }
  show(worker.state(), study, options);
  return signal.requested() ? static_cast<int>(*signal.requested()) : 0;
}

int tune(const TuneOptions& options, const Programs& programs) {
  make_study(options, programs);
  const tuning::TunedStudy study(options.study.out);
  return options.status || options.log ? look(study, options) : work(study, options);
}

void add_worker_options(CLI::App& verb, TuneOptions& options) {
  verb.add_option("-j,--jobs", options.num_places, "Trials at the same time")
      ->check(CLI::Range(1, 10000))
      ->type_name("N");
  verb.add_option("--runs", options.most_starts, "Start no more than so many trials, then leave")
      ->type_name("N");
  verb.add_option("--time", options.time, "Start nothing after so long, then leave: 3h30m")
      ->type_name("TIME");
  verb.add_option("--lease", options.lease,
                  "A worker of another host that is silent for so long is lost")
      ->type_name("TIME");
  verb.add_flag("--status", options.status, "Only show how far it is");
  verb.add_flag("--log", options.log, "Only print all that happened, as JSON Lines");
  verb.add_flag("-q,--quiet", options.study.quiet, "Print the last table and errors only");
  verb.add_flag("--json", options.json, "Print JSON");
}

}  // namespace

void add_tune_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "tune", "Look for the best values: begin, or join as one of any number of workers.");
  auto options = std::make_shared<TuneOptions>();
  StudyOptions& study = options->study;
  verb->add_option("folder", study.out, "Folder of the study")->required()->type_name("DIR");
  verb->add_option("--config", study.config, "Begin: the study, with a section 'tune'")
      ->type_name("F[,F]");
  verb->add_option("--source", study.source,
                   "Begin: template of the job script, and others; or shell")
      ->type_name("F[,F]");
  verb->add_option("--site", study.site, "Profile of the machine; read before --config")
      ->type_name("FILE");
  verb->add_option("--experiment", study.experiment,
                   "Parameters instead of the configuration's: \"lr=0.1,0.01\"")
      ->type_name("TEXT");
  verb->add_option("--attributes", study.attributes, "Settings that win: a=1,data.dir=/tmp")
      ->type_name("LIST");
  verb->add_option("--os", study.os, "Names of the environment to have as {os.NAME}")
      ->type_name("NAMES");
  verb->add_option("--copycode", study.copycode, "Files and folders to copy to every experiment")
      ->type_name("LIST");
  verb->add_option("--script", study.script_name, "Name of the job script in every folder")
      ->type_name("NAME");
  add_worker_options(*verb, *options);
  verb->callback([&programs, options] {
    programs.action = [&programs, options] { return tune(*options, programs); };
  });
}

}  // namespace sciwright
