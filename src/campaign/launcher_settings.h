#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/launcher.h"

namespace sciwright::campaign {

/// How a study's jobs are started. What a later command needs to ask about them and to end them is
/// kept in the study's submissions.jsonl.
struct LauncherSettings {
  std::string kind = "local";  ///< local, slurm, lsf, pbs or ssh.
  int num_slots = 1;           ///< local and ssh: jobs at a time.
  double grace_s = 10;         ///< local: from SIGTERM to SIGKILL.

  std::string host = {};                      ///< ssh: as on its command line.
  std::vector<std::string> ssh_options = {};  ///< ssh: "-p", "2222", …
  std::string remote_root = {};               ///< ssh: absolute path there; empty: as here.

  std::vector<std::string> overrides = {};  ///< Of batch systems: options that win.
  int max_tasks_at_once = 0;                ///< Of batch systems: throttle of arrays; 0: none.
  int largest_array = 1000;                 ///< Of batch systems.
  int jobs_per_task = 1;                    ///< slurm: more than 1 packs small jobs.
  int slots_per_task = 1;                   ///< slurm: how many of these run at a time.
  double poll_interval_s = 20;              ///< Of a scheduler or host; at least.

  bool operator==(const LauncherSettings&) const = default;

  /// Whether a scheduler takes the jobs, and reads their scripts' directives.
  bool is_batch_system() const { return kind == "slurm" || kind == "lsf" || kind == "pbs"; }

  /// As in the ledger: the kind, and for ssh "ssh:HOST".
  std::string ledger_name() const { return kind == "ssh" ? "ssh:" + host : kind; }
};

/// Throws a usage error with everything that is wrong with the settings.
void check(const LauncherSettings& settings);

/// A launcher for the jobs of a study. Make a local one before starting threads.
std::unique_ptr<jobs::Launcher> make_launcher(const std::filesystem::path& folder,
                                              const LauncherSettings& settings, const Clock& clock);

/// Appends the settings to submissions.jsonl, unless the last ones of their name are equal.
void remember(const std::filesystem::path& folder, const LauncherSettings& settings,
              const Clock& clock);

/// The last settings that were used under a name of the ledger. Throws a usage error when there are
/// none: the file is gone.
LauncherSettings remembered(const std::filesystem::path& folder, const std::string& ledger_name);

/// The last settings that were used for a kind, of ssh for that host (empty: the last one); the
/// defaults when it was never used.
LauncherSettings last_settings(const std::filesystem::path& folder, const std::string& kind,
                               const std::string& host);

}  // namespace sciwright::campaign
