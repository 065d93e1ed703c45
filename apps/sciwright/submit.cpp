#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <memory>
#include <unistd.h>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/files.h"
#include "base/progress_bar.h"
#include "bench/stop_signal.h"
#include "campaign/following.h"
#include "campaign/job_plan.h"
#include "campaign/preview.h"
#include "campaign/script_request.h"
#include "campaign/shares.h"
#include "energy/tariff.h"
#include "jobs/run_jobs.h"
#include "sciwright/campaign_commands.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using campaign::LauncherSettings;
using jobs::JobTracker;

/// What `submit` and `resume` take.
struct SubmitOptions {
  bool failed = false;  ///< resume: also those that ended badly.
  StudySelection which;
  std::string share;
  LauncherSettings launcher = {.kind = ""};
  std::string time;
  std::string memory;
  double more_time = 0;
  double more_memory = 0;
  std::size_t limit = 0;
  std::string max_fails;
  std::string on_change;
  std::string prices;
  std::string poll;
  bool yes = false;
  bool dry_run = false;
  bool wait = false;
  bool no_wait = false;
  bool quiet = false;
  bool json = false;
};

/// The launcher that the experiments' scripts are written for.
std::string kind_for_script(const campaign::Session& session) {
  const experiment::ManifestEntry& entry = session.manifest.entries.front();
  const fs::path script = session.folder / entry.directory / entry.script;
  if (entry.packed.size_bytes > 0 || !fs::exists(script)) return "local";
  const std::string text = read_file(script);
  if (text.find("\n#SBATCH") != std::string::npos) return "slurm";
  return text.find("\n#BSUB") != std::string::npos ? "lsf" : "local";
}

/// As given, else as the last time, else as the scripts are written.
LauncherSettings settings_for(const SubmitOptions& options, const campaign::Session& session) {
  LauncherSettings settings = options.launcher;
  if (settings.kind.empty() && !settings.host.empty()) settings.kind = "ssh";
  if (settings.kind.empty()) {
    std::string last;
    for (const auto& state : session.states) {
      if (!state.launcher.empty()) last = state.launcher;
    }
    if (!last.empty()) return campaign::remembered(session.folder, last);
    settings.kind = kind_for_script(session);
  }
  if (!options.poll.empty()) settings.poll_interval_s = parse_duration_s(options.poll);
  campaign::check(settings);
  return settings;
}

bool program_is_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (::access((fs::path(rest.substr(0, end)) / program).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

campaign::JobRequest request_of(const SubmitOptions& options, const LauncherSettings& settings) {
  campaign::JobRequest request;
  if (!options.time.empty()) request.time_limit_s = parse_duration_s(options.time);
  if (!options.memory.empty()) {
    request.memory_mb = campaign::parse_memory_mb(options.memory);
    if (request.memory_mb == 0) {
      throw usage_error(fmt::format("--memory: found {}, expected megabytes or a size like 64GB",
                                    options.memory));
    }
  }
  request.more_time = options.more_time;
  request.more_memory = options.more_memory;
  request.scripts_count = settings.kind == "slurm" || settings.kind == "lsf";
  // Scripts find the program that submits them unless there is another one.
  if (settings.kind != "ssh" && !program_is_on_path("sciwright")) {
    const char* path = std::getenv("PATH");
    request.environment["PATH"] = fs::read_symlink("/proc/self/exe").parent_path().string() + ":" +
                                  (path == nullptr ? "/usr/bin:/bin" : path);
  }
  return request;
}

std::optional<campaign::EnergyPrice> price_of(const std::string& path) {
  if (path.empty()) return {};
  const energy::Tariff tariff = energy::read_tariff(path);
  return campaign::EnergyPrice{energy::mean_price_per_kwh(tariff) * tariff.pue, tariff.currency};
}

/// Asks at the terminal. Throws a usage error where there is none.
bool is_agreed(std::size_t num_jobs) {
  if (::isatty(STDIN_FILENO) == 0) {
    throw usage_error("nobody can be asked here; --yes submits without a question");
  }
  fmt::print(stderr, "Submit {} jobs? [y/N] ", num_jobs);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// Follows jobs of one call until they have ended or something stops it.
class Follower final {
 public:
  Follower(JobTracker& tracker, const SubmitOptions& options, std::size_t num_jobs)
      : tracker_(tracker),
        options_(options),
        num_jobs_(num_jobs),
        most_fails_(campaign::parse_max_fails(options.max_fails, num_jobs)),
        bar_(!options.quiet && stderr_is_terminal(), write_stderr, system_clock()) {}

  jobs::RunSummary run(std::span<const jobs::Job> jobs) {
    bar_.start("jobs", static_cast<std::int64_t>(num_jobs_));
    const jobs::RunCallbacks callbacks = {
        .on_change = [this](const jobs::JobReport& report) { note(report); },
        .stop = [this] { return signal_.requested().has_value() || too_many_failed(); }};
    jobs::RunSummary summary = jobs::run_jobs(tracker_, jobs, callbacks);
    if (signal_.requested() == ErrorKind::kInterrupted) {
      end_those([](jobs::JobState) { return true; });
    } else if (!signal_.requested() && too_many_failed()) {
      end_those([](jobs::JobState state) { return state == jobs::JobState::kPending; });
    }
    bar_.finish();
    return summary;
  }

  std::optional<ErrorKind> stopped_by() const { return signal_.requested(); }
  bool too_many_failed() const { return num_failed_ > most_fails_; }

 private:
  void note(const jobs::JobReport& report) {
    const auto& ending = report.status.ending;
    if (ending || report.refused) ++num_over_;
    const bool failed = report.refused || (ending && ending->kind != jobs::EndingKind::kSuccess &&
                                           ending->kind != jobs::EndingKind::kCancelled);
    if (failed) ++num_failed_;
    if (failed && !options_.quiet && !stderr_is_terminal()) {
      fmt::print(stderr, "{}: {}\n", report.id,
                 report.refused ? report.status.reason : jobs::describe(*ending));
    }
    bar_.update(static_cast<std::int64_t>(num_over_),
                num_failed_ == 0 ? "" : fmt::format("{} failed", num_failed_));
    if (options_.on_change.empty()) return;
    const std::string problem = campaign::run_hook(options_.on_change, report);
    if (!problem.empty()) fmt::print(stderr, "warning: {}\n", problem);
  }

  /// Asks for the end of jobs in these states, and waits for what was started.
  template <typename Predicate>
  void end_those(Predicate is_meant) {
    std::vector<std::string> ids;
    for (const auto& [id, report] : tracker_.reports()) {
      if (!report.status.ending && !report.refused && is_meant(report.status.state)) {
        ids.push_back(id);
      }
    }
    tracker_.cancel(ids);
    while (has_unended()) {
      for (const std::string& id : tracker_.poll().changed) note(tracker_.reports().at(id));
      tracker_.wait(1);
    }
  }

  bool has_unended() const {
    return std::any_of(tracker_.reports().begin(), tracker_.reports().end(), [](const auto& item) {
      return !item.second.refused && !item.second.status.ending;
    });
  }

  JobTracker& tracker_;
  const SubmitOptions& options_;
  const std::size_t num_jobs_;
  const std::size_t most_fails_;
  const bench::StopSignal signal_;
  ProgressBar bar_;
  std::size_t num_over_ = 0;
  std::size_t num_failed_ = 0;
};

void tell(const Problems& problems) {
  for (const std::string& text : problems) fmt::print(stderr, "{}\n", text);
}

int follow(JobTracker& tracker, std::span<const jobs::Job> jobs, const SubmitOptions& options) {
  Follower follower(tracker, options, jobs.size());
  const jobs::RunSummary summary = follower.run(jobs);
  tell(summary.problems);
  if (options.json) {
    const experiment::Json out = {{"num_succeeded", summary.num_succeeded},
                                  {"num_failed", summary.num_failed},
                                  {"num_left", summary.num_left}};
    fmt::print("{}\n", out.dump(2));
  } else {
    fmt::print("{} succeeded, {} failed", summary.num_succeeded, summary.num_failed);
    if (summary.num_left > 0) fmt::print(", {} left", summary.num_left);
    fmt::print("\n");
  }
  const std::string folder = options.which.folder;
  if (follower.too_many_failed()) {
    fmt::print(stderr, "stopped: more failed than --max-fails {} allows\n", options.max_fails);
  }
  if (summary.num_failed > 0) {
    fmt::print(stderr, "sciwright experiment explain {} says why\n", folder);
  }
  if (const auto kind = follower.stopped_by()) return static_cast<int>(*kind);
  return summary.num_failed + summary.num_left > 0 ? 1 : 0;
}

int hand_over(JobTracker& tracker, std::span<const jobs::Job> jobs, const SubmitOptions& options) {
  const bench::StopSignal signal;
  const jobs::SubmitReport report =
      tracker.submit(jobs, [&] { return signal.requested().has_value(); });
  tell(report.refused);
  if (options.json) {
    const experiment::Json out = {{"num_submitted", report.num_submitted},
                                  {"num_waiting", report.num_waiting},
                                  {"wait_reason", report.wait_reason},
                                  {"num_refused", report.refused.size()}};
    fmt::print("{}\n", out.dump(2));
  } else {
    fmt::print("{} jobs handed over", report.num_submitted);
    if (report.num_waiting > 0) {
      fmt::print(", {} wait: {}\nthe same command hands over the rest; --wait does it by itself",
                 report.num_waiting, report.wait_reason);
    }
    fmt::print("\n");
  }
  if (const auto kind = signal.requested()) return static_cast<int>(*kind);
  if (!report.reachable) {
    fmt::print(stderr, "sciwright: {}\n", report.wait_reason);
    return static_cast<int>(ErrorKind::kUnreachable);
  }
  return report.refused.empty() ? 0 : 1;
}

/// Local jobs need somebody to start them when their turn comes: a process of its own session,
/// whose words go to submit.log. True in that process.
bool go_to_background(const fs::path& folder) {
  const fs::path log = folder / "submit.log";
  const int file = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
  const pid_t child = file < 0 ? -1 : ::fork();
  if (child < 0) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: cannot go on in the background: {}",
                                                 log.string(), std::strerror(errno)));
  }
  if (child > 0) {
    ::close(file);
    fmt::print("process {} goes on in the background and writes {}\n", child, log.string());
    return false;
  }
  ::setsid();
  for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(file, standard);
  return true;
}

/// Those that are meant, and of them those of one sharer.
std::vector<std::size_t> chosen_of(const SubmitOptions& options, const campaign::Session& session) {
  std::vector<std::size_t> chosen = campaign::select(session.manifest, options.which.selection);
  if (options.share.empty()) return chosen;
  const auto shares = campaign::read_shares(session.folder);
  const auto theirs = campaign::share_of(session.manifest, shares, options.share);
  std::erase_if(
      chosen, [&](std::size_t i) { return !std::binary_search(theirs.begin(), theirs.end(), i); });
  return chosen;
}

void cut_to(std::size_t limit, campaign::JobPlan& plan) {
  if (limit == 0 || plan.jobs.size() <= limit) return;
  plan.jobs.resize(limit);
  plan.scripted.resize(limit);
  plan.places.resize(limit);
}

int submit(const SubmitOptions& options) {
  const Clock clock = system_clock();
  campaign::Session session = campaign::open_session(options.which.folder, clock);
  const LauncherSettings settings = settings_for(options, session);
  const auto chosen = chosen_of(options, session);
  if (options.failed) {
    if (const int code = tell_refreshed(campaign::refresh(session, clock))) return code;
  }
  campaign::JobPlan plan =
      campaign::plan_jobs(session.folder, session.manifest, session.states, chosen,
                          request_of(options, settings), options.failed);
  tell(plan.left_out);
  cut_to(options.limit, plan);
  std::vector<jobs::Job> jobs = campaign::unended_jobs(session.folder, session.manifest,
                                                       session.states, settings.ledger_name());
  campaign::parse_max_fails(options.max_fails, 1);
  if (plan.jobs.empty() && jobs.empty()) {
    fmt::print("nothing to submit in {}\n", options.which.folder);
    return 0;
  }
  if (!plan.jobs.empty()) {
    const campaign::Preview preview =
        campaign::preview_of(session.folder, session.manifest, session.states, plan);
    if (!options.quiet && !options.json) {
      fmt::print("{}", campaign::preview_text(preview, settings, price_of(options.prices)));
    }
    if (options.dry_run) return 0;
    if (!options.yes && !is_agreed(plan.jobs.size())) return 1;
  }
  if (options.dry_run) return 0;
  if (settings.kind == "local" && options.no_wait && !go_to_background(session.folder)) return 0;
  const auto launcher = campaign::make_launcher(session.folder, settings, clock);
  JobTracker tracker(session.folder, *launcher, clock,
                     {.name = campaign::study_name(session.folder),
                      .settled = campaign::settled_names(session, settings.ledger_name())});
  campaign::remember(session.folder, settings, clock);
  campaign::make_folders(session.folder, session.manifest, plan.places);
  jobs.insert(jobs.end(), plan.jobs.begin(), plan.jobs.end());
  const bool waits = settings.kind == "local" || settings.kind == "ssh";
  if (options.wait || settings.kind == "local" || (waits && !options.no_wait))
    return follow(tracker, jobs, options);
  return hand_over(tracker, jobs, options);
}

void add_launcher_options(CLI::App& verb, SubmitOptions& o) {
  LauncherSettings& s = o.launcher;
  verb.add_option("--launcher", s.kind, "local, slurm, lsf or ssh (by default as the scripts say)")
      ->type_name("KIND");
  verb.add_option("-j,--jobs", s.num_slots, "local, ssh: jobs at a time")
      ->check(CLI::PositiveNumber);
  verb.add_option("--host", s.host, "ssh: the host, as ssh takes it")->type_name("HOST");
  verb.add_option("--remote-dir", s.remote_root, "ssh: the study's folder there (as here)")
      ->type_name("DIR");
  verb.add_option("--ssh-option", s.ssh_options, "ssh: a word of ssh's command line, repeated")
      ->allow_extra_args(false)
      ->type_name("WORD");
  verb.add_option("--option", s.overrides, "slurm, lsf: an option that wins, repeated")
      ->allow_extra_args(false)
      ->type_name("OPTION");
  verb.add_option("--throttle", s.max_tasks_at_once, "slurm, lsf: tasks of an array at a time")
      ->check(CLI::NonNegativeNumber);
  verb.add_option("--array-size", s.largest_array, "slurm, lsf: tasks of an array at most")
      ->check(CLI::PositiveNumber);
  verb.add_option("--jobs-per-task", s.jobs_per_task, "slurm: pack small jobs into one allocation")
      ->check(CLI::PositiveNumber);
  verb.add_option("--slots-per-task", s.slots_per_task, "slurm: how many of these run at a time")
      ->check(CLI::PositiveNumber);
  verb.add_option("--poll", o.poll, "Time between two questions to a scheduler (20s)")
      ->type_name("TIME");
}

void add_options(CLI::App& verb, SubmitOptions& o) {
  add_selection(verb, o.which);
  add_launcher_options(verb, o);
  verb.add_option("--time", o.time, "Time limit of each job")->type_name("TIME");
  verb.add_option("--memory", o.memory, "Memory of each job")->type_name("SIZE");
  verb.add_option("--share", o.share, "Only what `experiment share` gave to this one")
      ->type_name("WHO");
  verb.add_option("--limit", o.limit, "At most so many jobs now")->check(CLI::PositiveNumber);
  verb.add_option("--max-fails", o.max_fails, "Start no more once more than N (or N%) failed")
      ->type_name("N|N%");
  verb.add_option("--on-change", o.on_change, "Shell command to run at every change of a job")
      ->type_name("COMMAND");
  verb.add_option("--prices", o.prices, "Price table of energy, for the preview")
      ->type_name("FILE");
  verb.add_flag("--wait", o.wait, "Hand over as there is room until all have ended");
  verb.add_flag("--no-wait", o.no_wait, "Return at once, also with local and ssh");
  verb.add_flag("-n,--dry-run", o.dry_run, "Show what it would cost and submit nothing");
  verb.add_flag("-y,--yes", o.yes, "Do not ask");
  verb.add_flag("-q,--quiet", o.quiet, "No preview and no progress");
  verb.add_flag("--json", o.json, "Print JSON");
}

}  // namespace

void add_submit_commands(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("submit", "Start the jobs of a study, each once.");
  auto options = std::make_shared<SubmitOptions>();
  add_options(*verb, *options);
  verb->callback(
      [&programs, options] { programs.action = [options] { return submit(*options); }; });

  verb = parent.add_subcommand("resume", "Start again what failed, and what was not started.");
  auto again = std::make_shared<SubmitOptions>();
  again->failed = true;
  add_options(*verb, *again);
  verb->add_option("--more-time", again->more_time, "Factor for those that ran out of time")
      ->check(CLI::Range(1.0, 100.0));
  verb->add_option("--more-memory", again->more_memory, "Factor for those that ran out of memory")
      ->check(CLI::Range(1.0, 100.0));
  verb->callback([&programs, again] { programs.action = [again] { return submit(*again); }; });
}

}  // namespace sciwright
