#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <memory>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/stop_signal.h"
#include "campaign/following.h"
#include "campaign/job_plan.h"
#include "campaign/preview.h"
#include "campaign/rounds.h"
#include "campaign/shares.h"
#include "energy/tariff.h"
#include "sciwright/follower.h"
#include "sciwright/print_json.h"
#include "sciwright/submit_options.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using campaign::LauncherSettings;
using jobs::JobTracker;

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

void tell(const Problems& problems) {
  for (const std::string& text : problems) fmt::print(stderr, "{}\n", text);
}

/// Jobs that are started before those of later rounds.
struct Round {
  std::vector<jobs::Job> jobs = {};
  std::vector<std::size_t> places = {};  ///< Of their experiments in the manifest; or empty.
};

/// The jobs as they are started: those of earlier calls first; in rounds where these are asked for.
std::vector<Round> rounds_of(std::vector<jobs::Job> unended, const campaign::JobPlan& plan,
                             const experiment::Manifest& manifest, const SubmitOptions& options) {
  std::vector<Round> out = {{std::move(unended)}};
  if (!options.interleave && options.until.empty()) {
    out[0].jobs.insert(out[0].jobs.end(), plan.jobs.begin(), plan.jobs.end());
    return out;
  }
  constexpr std::uint64_t kSeed = 1;
  for (const auto& round : campaign::rounds_of(manifest, plan.places, kSeed)) {
    // Results are looked at between rounds; without that, nobody need wait for a round's last job.
    Round& last = options.until.empty() ? out.front() : out.emplace_back();
    for (const std::size_t i : round) {
      last.jobs.push_back(plan.jobs[i]);
      if (!options.until.empty()) last.places.push_back(plan.places[i]);
    }
  }
  return out;
}

/// How it ended, and how many jobs were not needed.
struct FollowSummary {
  jobs::RunSummary jobs = {};
  std::size_t num_spared = 0;
};

std::vector<jobs::Job> needed_jobs(const Round& round, campaign::RepeatWatch* watch) {
  if (watch == nullptr || round.places.empty()) return round.jobs;
  std::vector<jobs::Job> out;
  for (std::size_t i = 0; i < round.jobs.size(); ++i) {
    if (!watch->is_settled(round.places[i])) out.push_back(round.jobs[i]);
  }
  return out;
}

FollowSummary run_rounds(Follower& follower, const std::vector<Round>& rounds,
                         campaign::RepeatWatch* watch) {
  FollowSummary out;
  bool goes_on = true;
  for (const Round& round : rounds) {
    if (round.jobs.empty()) continue;
    if (!goes_on) {
      out.jobs.num_left += round.jobs.size();
      continue;
    }
    const std::vector<jobs::Job> jobs = needed_jobs(round, watch);
    out.num_spared += round.jobs.size() - jobs.size();
    if (jobs.empty()) continue;
    const jobs::RunSummary one = follower.run(jobs);
    out.jobs.num_succeeded += one.num_succeeded;
    out.jobs.num_failed += one.num_failed;
    out.jobs.num_left += one.num_left;
    out.jobs.problems.insert(out.jobs.problems.end(), one.problems.begin(), one.problems.end());
    out.jobs.reachable = one.reachable;
    goes_on = one.reachable && !follower.stopped_by() && !follower.too_many_failed();
  }
  return out;
}

int follow(JobTracker& tracker, const std::vector<Round>& rounds, const SubmitOptions& options,
           campaign::RepeatWatch* watch) {
  std::size_t num_jobs = 0;
  for (const Round& round : rounds) num_jobs += round.jobs.size();
  Follower follower(tracker, options, num_jobs);
  const auto [summary, num_spared] = run_rounds(follower, rounds, watch);
  tell(summary.problems);
  if (options.json) {
    const experiment::Json out = {{"num_succeeded", summary.num_succeeded},
                                  {"num_failed", summary.num_failed},
                                  {"num_left", summary.num_left},
                                  {"num_spared", num_spared}};
    print_json(out);
  } else {
    fmt::print("{} succeeded, {} failed", summary.num_succeeded, summary.num_failed);
    if (summary.num_left > 0) fmt::print(", {} left", summary.num_left);
    if (num_spared > 0) fmt::print(", {} not needed", num_spared);
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
  if (!summary.reachable) return static_cast<int>(ErrorKind::kUnreachable);
  return summary.num_failed + summary.num_left > 0 ? 1 : 0;
}

int hand_over(JobTracker& tracker, std::span<const jobs::Job> jobs, const SubmitOptions& options,
              const LauncherSettings& settings) {
  const bench::StopSignal signal;
  const jobs::SubmitReport report =
      tracker.submit(jobs, [&] { return signal.requested().has_value(); });
  tell(report.refused);
  if (!report.refused.empty() && !settings.overrides.empty()) {
    fmt::print(stderr, "they were asked for with --option {}; another --option replaces it\n",
               fmt::join(settings.overrides, " --option "));
  }
  if (options.json) {
    const experiment::Json out = {{"num_submitted", report.num_submitted},
                                  {"num_waiting", report.num_waiting},
                                  {"wait_reason", report.wait_reason},
                                  {"num_refused", report.refused.size()}};
    print_json(out);
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

/// In a shared study somebody who names nobody takes everybody's.
void warn_of_others_shares(const StudySelection& which, const campaign::Session& session) {
  if (!which.share.empty()) return;
  std::vector<std::string> names;
  for (const auto& sharer : campaign::read_shares(session.folder).sharers) {
    names.push_back(sharer.name);
  }
  if (names.empty()) return;
  fmt::print(stderr,
             "warning: this study is shared by {}, and these jobs are of all of them; --share NAME "
             "takes one's own\n",
             fmt::join(names, ", "));
}

void cut_to(std::size_t limit, campaign::JobPlan& plan) {
  if (limit == 0 || plan.jobs.size() <= limit) return;
  plan.jobs.resize(limit);
  plan.scripted.resize(limit);
  plan.places.resize(limit);
}

/// Whether the command stays until the jobs have ended. Local jobs always need somebody.
bool stays(const SubmitOptions& options, const LauncherSettings& settings) {
  if (settings.kind == "local" || options.waiting == Waiting::kUntilEnd) return true;
  return settings.kind == "ssh" && options.waiting == Waiting::kAsUsual;
}

/// The order of jobs is a scheduler's own, and so is who waits for whom.
void check_rounds(const SubmitOptions& options, const LauncherSettings& settings) {
  if (!options.interleave && options.until.empty()) return;
  if (!options.until.empty()) campaign::parse_precision(options.until);
  if (settings.is_batch_system()) {
    throw usage_error(fmt::format(
        "--interleave, --until: {} starts jobs in an order of its own; these are for local and ssh",
        settings.kind));
  }
  if (!stays(options, settings) || options.waiting == Waiting::kNot) {
    throw usage_error(
        "--interleave, --until: somebody must stay to start the jobs; leave out "
        "--no-wait");
  }
}

/// What the jobs may cost, before anything is done. With --json only where it ends there: one
/// document a call.
void show_preview(const campaign::Session& session, const campaign::JobPlan& plan,
                  const LauncherSettings& settings, const SubmitOptions& options) {
  if (options.json ? !options.dry_run : options.quiet) return;
  const campaign::Preview preview =
      campaign::preview_of(session.folder, session.manifest, session.states, plan);
  const auto price = price_of(options.prices);
  if (options.json) {
    print_json(campaign::preview_json(preview, settings, price));
  } else {
    fmt::print("{}", campaign::preview_text(preview, settings, price));
  }
}

/// Those that failed or were cancelled are for resume, which is easily forgotten.
void tell_nothing_to_submit(const std::string& folder,
                            const std::vector<campaign::ExperimentState>& states) {
  fmt::print("nothing to submit in {}\n", folder);
  const auto num_failed =
      std::count_if(states.begin(), states.end(), [](const campaign::ExperimentState& state) {
        return state.phase == campaign::Phase::kFailed;
      });
  if (num_failed == 0) return;
  fmt::print("{} did not succeed; sciwright experiment resume {} starts them again\n", num_failed,
             folder);
}

/// Looks at results between rounds, with --until.
std::optional<campaign::RepeatWatch> watch_of(const SubmitOptions& options,
                                              const campaign::Session& session) {
  if (options.until.empty()) return std::nullopt;
  campaign::StopRule rule;
  rule.metric = options.metric;
  rule.precision_fraction = campaign::parse_precision(options.until);
  return campaign::RepeatWatch(session.folder, session.manifest, rule);
}

int say_nothing_is_to_do(const SubmitOptions& options, const campaign::Session& session) {
  if (options.json) {
    fmt::print("{{\"num_jobs\": 0}}\n");
  } else {
    tell_nothing_to_submit(options.which.folder, session.states);
  }
  return 0;
}

int submit(const SubmitOptions& options) {
  const Clock clock = system_clock();
  campaign::Session session = open_study(options.which.folder);
  if (!session.lost_intents.empty()) {
    throw usage_error(
        fmt::format("jobs that were handed over would be so again; `sciwright experiment scan {}` "
                    "finds those that have begun, and then submit goes on",
                    options.which.folder));
  }
  const LauncherSettings settings = launcher_settings_of(options, session);
  check_rounds(options, settings);
  const auto chosen = chosen_of(options.which, session);
  if (options.failed) {
    if (const int code = tell_refreshed(campaign::refresh(session, clock))) return code;
  }
  campaign::JobPlan plan =
      campaign::plan_jobs(session.folder, session.manifest, session.states, chosen,
                          job_request_of(options, settings), options.failed);
  tell(plan.left_out);
  cut_to(options.limit, plan);
  std::vector<jobs::Job> jobs = campaign::unended_jobs(session.folder, session.manifest,
                                                       session.states, settings.ledger_name());
  campaign::parse_max_fails(options.max_fails, 1);
  if (plan.jobs.empty() && jobs.empty()) {
    return say_nothing_is_to_do(options, session);
  }
  if (!plan.jobs.empty()) {
    warn_of_others_shares(options.which, session);
    show_preview(session, plan, settings, options);
    if (!options.dry_run && !options.yes && !is_agreed(plan.jobs.size())) return 1;
  }
  if (options.dry_run) return 0;
  if (settings.kind == "local" && options.waiting == Waiting::kNot &&
      !go_to_background(session.folder))
    return 0;
  const auto launcher = campaign::make_launcher(session.folder, settings, clock);
  JobTracker tracker(session.folder, *launcher, clock,
                     {.name = campaign::study_name(session.folder),
                      .settled = campaign::settled_names(session, settings.ledger_name())});
  campaign::remember(session.folder, settings, clock);
  campaign::make_folders(session.folder, session.manifest, plan.places);
  if (stays(options, settings)) {
    auto watch = watch_of(options, session);
    return follow(tracker, rounds_of(std::move(jobs), plan, session.manifest, options), options,
                  watch ? &*watch : nullptr);
  }
  jobs.insert(jobs.end(), plan.jobs.begin(), plan.jobs.end());
  return hand_over(tracker, jobs, options, settings);
}

}  // namespace

void add_submit_commands(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("submit", "Start the jobs of a study, each once.");
  auto options = std::make_shared<SubmitOptions>();
  add_submit_options(*verb, *options);
  verb->callback(
      [&programs, options] { programs.action = [options] { return submit(*options); }; });

  verb = parent.add_subcommand("resume", "Start again what failed, and what was not started.");
  auto again = std::make_shared<SubmitOptions>();
  again->failed = true;
  add_submit_options(*verb, *again);
  verb->add_option("--more-time", again->more_time, "Factor for those that ran out of time")
      ->check(CLI::Range(1.0, 100.0));
  verb->add_option("--more-memory", again->more_memory, "Factor for those that ran out of memory")
      ->check(CLI::Range(1.0, 100.0));
  verb->callback([&programs, again] { programs.action = [again] { return submit(*again); }; });
}

}  // namespace sciwright
