#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiment/manifest.h"
#include "jobs/job_record.h"
#include "jobs/job_status.h"
#include "jobs/ledger.h"
#include "jobs/tracker.h"

namespace sciwright::campaign {

/// Where an experiment is.
enum class Phase {
  kNew,        ///< No job of it was handed over.
  kRefused,    ///< The scheduler will never take its job.
  kPending,    ///< Waits for its turn.
  kRunning,    ///< Runs.
  kUnknown,    ///< Handed over, and nobody answers or nobody knows. Not dead.
  kSucceeded,  ///< Its job ended well, or there is a result of a run that was started by hand.
  kFailed,     ///< Its job ended in another way.
};

/// All that is known of an experiment's newest job.
struct ExperimentState {
  Phase phase = Phase::kNew;
  int attempt = 0;                ///< 0: no job.
  std::string launcher = {};      ///< Of the ledger: "local", "slurm", "ssh:host"; may be empty.
  std::string scheduler_id = {};  ///< Empty when it is not known.
  jobs::JobStatus status = {};    ///< Reason of the scheduler, and the ending.
  jobs::JobRecord record = {};    ///< What the job wrote about itself.
};

/// "new", "refused", "pending", "running", "unknown", "succeeded"; a failed one by its ending:
/// "failure", "out_of_memory", "time_limit", …
std::string_view phase_name(const ExperimentState& state);

/// Whether a job of it was handed over and may still run.
bool is_active(const ExperimentState& state);

/// Where the record and the output of an experiment's job are. In flat mode all experiments share
/// a folder, so each has one below `jobs/`.
std::filesystem::path job_directory(const std::filesystem::path& folder,
                                    const experiment::ManifestEntry& entry);

/// The newest attempt whose record lies in the folder; 0 without one.
int last_recorded_attempt(const std::filesystem::path& job_folder);

/// Folds every experiment's state from files alone: ledger, records, results. Asks no scheduler and
/// takes no lock. In the order of the manifest; reads on `num_threads` threads.
std::vector<ExperimentState> fold_states(const std::filesystem::path& folder,
                                         const experiment::Manifest& manifest,
                                         const jobs::Ledger& ledger, int num_threads);

/// Takes over what the tracker's last poll saw of the jobs of its launcher.
void update_states(const experiment::Manifest& manifest, const jobs::JobTracker& tracker,
                   std::string_view launcher, std::vector<ExperimentState>& states);

/// Names of launchers with jobs that have not ended, sorted.
std::vector<std::string> active_launchers(const std::vector<ExperimentState>& states);

}  // namespace sciwright::campaign
