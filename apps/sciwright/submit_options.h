#pragma once

#include <functional>
#include <string>
#include <vector>

#include "campaign/job_plan.h"
#include "sciwright/campaign_commands.h"

namespace sciwright {

/// How long a command stays with the jobs that it has handed over.
enum class Waiting {
  kAsUsual,   ///< To their end where they need it to start (local, ssh); else not.
  kUntilEnd,  ///< To their end.
  kNot,       ///< Not: what is left to do goes on in the background, or waits for a later command.
};

/// What `submit` and `resume` take.
struct SubmitOptions {
  bool failed = false;  ///< resume: also those that ended badly.
  StudySelection which;
  /// What the given options change of how jobs are started.
  std::vector<std::function<void(campaign::LauncherSettings&)>> launcher = {};
  std::string time;
  std::string memory;
  double more_time = 0;
  double more_memory = 0;
  std::size_t limit = 0;
  bool interleave = false;               ///< Repeats in rounds, in random order.
  std::string until;                     ///< No more repeats of what is known as well as this.
  std::string metric = "times_s.Total";  ///< In which it is.
  std::string max_fails;
  std::string on_change;
  std::string prices;
  bool yes = false;
  bool dry_run = false;
  Waiting waiting = Waiting::kAsUsual;
  bool quiet = false;
  bool json = false;
};

/// Adds all of them but what only one of the two takes.
void add_submit_options(CLI::App& verb, SubmitOptions& options);

/// What the jobs ask for besides what their scripts say. Throws a usage error for a time or size
/// that is none.
campaign::JobRequest job_request_of(const SubmitOptions& options,
                                    const campaign::LauncherSettings& settings);

/// How the jobs are started: as given, what is not given as the last time, else as the scripts are
/// written.
campaign::LauncherSettings launcher_settings_of(const SubmitOptions& options,
                                                const campaign::Session& session);

}  // namespace sciwright
