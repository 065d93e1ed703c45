#include "sciwright/submit_options.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/files.h"
#include "base/search_path.h"
#include "campaign/script_request.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using campaign::LauncherSettings;

/// The launcher that the experiments' scripts are written for.
std::string kind_for_script(const campaign::Session& session) {
  const experiment::ManifestEntry& entry = session.manifest.entries.front();
  const fs::path script = session.folder / entry.directory / entry.script;
  if (entry.packed.size_bytes > 0 || !fs::exists(script)) return "local";
  const std::string scheduler(campaign::scheduler_of_script(read_file(script)));
  return scheduler.empty() ? "local" : scheduler;
}

/// An option that changes one of the settings, when it is given.
template <class T>
CLI::Option* add_setting(CLI::App& verb, SubmitOptions& o, const std::string& name,
                         T LauncherSettings::*member, const std::string& help) {
  return verb.add_option_function<T>(
      name,
      [&o, member](const T& value) {
        o.launcher.push_back([member, value](LauncherSettings& s) { s.*member = value; });
      },
      help);
}

void add_launcher_options(CLI::App& verb, SubmitOptions& o) {
  using S = LauncherSettings;
  add_setting(verb, o, "--launcher", &S::kind, "local, slurm, lsf, pbs or ssh (as the scripts say)")
      ->type_name("KIND");
  add_setting(verb, o, "-j,--jobs", &S::num_slots, "local, ssh: jobs at a time")
      ->check(CLI::PositiveNumber);
  add_setting(verb, o, "--host", &S::host, "ssh: the host, as ssh takes it")->type_name("HOST");
  add_setting(verb, o, "--remote-dir", &S::remote_root, "ssh: the study's folder there (as here)")
      ->type_name("DIR");
  add_setting(verb, o, "--ssh-option", &S::ssh_options,
              "ssh: a word of ssh's command line, repeated")
      ->allow_extra_args(false)
      ->type_name("WORD");
  add_setting(verb, o, "--option", &S::overrides,
              "slurm, lsf, pbs: an option that wins, repeated; \"\": none any more")
      ->allow_extra_args(false)
      ->type_name("OPTION");
  add_setting(verb, o, "--throttle", &S::max_tasks_at_once,
              "slurm, lsf, pbs: tasks of an array at a time")
      ->check(CLI::NonNegativeNumber);
  add_setting(verb, o, "--array-size", &S::largest_array,
              "slurm, lsf, pbs: tasks of an array at most")
      ->check(CLI::PositiveNumber);
  add_setting(verb, o, "--jobs-per-task", &S::jobs_per_task,
              "slurm: pack small jobs into one allocation")
      ->check(CLI::PositiveNumber);
  add_setting(verb, o, "--slots-per-task", &S::slots_per_task,
              "slurm: how many of these run at a time")
      ->check(CLI::PositiveNumber);
  verb.add_option_function<std::string>(
          "--poll",
          [&o](const std::string& text) {
            o.launcher.push_back([text](S& s) { s.poll_interval_s = parse_duration_s(text); });
          },
          "Time between two questions to a scheduler (20s)")
      ->type_name("TIME");
}

/// The launcher of the last experiment that was handed over, as in the ledger, or empty.
std::string last_launcher(const campaign::Session& session) {
  std::string last;
  for (const auto& state : session.states) {
    if (!state.launcher.empty()) last = state.launcher;
  }
  return last;
}

}  // namespace

campaign::JobRequest job_request_of(const SubmitOptions& options,
                                    const LauncherSettings& settings) {
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
  request.scripts_count = settings.is_batch_system();
  // Scripts find the program that submits them unless there is another one.
  if (settings.kind != "ssh" && !is_on_path("sciwright")) {
    const char* path = std::getenv("PATH");
    request.environment["PATH"] = fs::read_symlink("/proc/self/exe").parent_path().string() + ":" +
                                  (path == nullptr ? "/usr/bin:/bin" : path);
  }
  return request;
}

LauncherSettings launcher_settings_of(const SubmitOptions& options,
                                      const campaign::Session& session) {
  LauncherSettings given = {.kind = ""};
  for (const auto& change : options.launcher) change(given);
  if (given.kind.empty() && !given.host.empty()) given.kind = "ssh";
  const std::string last = last_launcher(session);
  LauncherSettings settings;
  if (given.kind.empty() && !last.empty()) {
    settings = campaign::remembered(session.folder, last);
  } else {
    const std::string kind = given.kind.empty() ? kind_for_script(session) : given.kind;
    settings = campaign::last_settings(session.folder, kind, given.host);
  }
  for (const auto& change : options.launcher) change(settings);
  std::erase(settings.overrides, "");
  campaign::check(settings);
  return settings;
}

void add_submit_options(CLI::App& verb, SubmitOptions& o) {
  add_selection(verb, o.which);
  add_launcher_options(verb, o);
  verb.add_option("--time", o.time, "Time limit of each job")->type_name("TIME");
  verb.add_option("--memory", o.memory, "Memory of each job")->type_name("SIZE");
  verb.add_option("--limit", o.limit, "At most so many jobs now")->check(CLI::PositiveNumber);
  verb.add_flag("--interleave", o.interleave,
                "local, ssh: one repeat of everything after the other, in random order");
  CLI::Option* until =
      verb.add_option(
              "--until", o.until,
              "local, ssh: interleaved, and no more repeats of what has a mean this precise")
          ->type_name("SHARE%");
  verb.add_option("--by", o.metric, "With --until: the number whose mean is looked at")
      ->type_name("METRIC")
      ->capture_default_str()
      ->needs(until);
  verb.add_option("--max-fails", o.max_fails, "Start no more once more than N (or N%) failed")
      ->type_name("N|N%");
  verb.add_option("--on-change", o.on_change, "Shell command to run at every change of a job")
      ->type_name("COMMAND");
  verb.add_option("--prices", o.prices, "Price table of energy, for the preview")
      ->type_name("FILE");
  CLI::Option* wait = verb.add_flag_callback(
      "--wait", [&o] { o.waiting = Waiting::kUntilEnd; },
      "Hand over as there is room until all have ended");
  verb.add_flag_callback(
          "--no-wait", [&o] { o.waiting = Waiting::kNot; },
          "Return at once, also with local and ssh")
      ->excludes(wait);
  verb.add_flag("-n,--dry-run", o.dry_run, "Show what it would cost and submit nothing");
  verb.add_flag("-y,--yes", o.yes, "Do not ask");
  verb.add_flag("-q,--quiet", o.quiet, "No preview and no progress");
  verb.add_flag("--json", o.json, "Print JSON");
}

}  // namespace sciwright
