#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/process.h"
#include "jobs/launcher.h"
#include "jobs/scheduler_words.h"
#include "jobs/slurm_answers.h"

namespace sciwright::jobs {

/// Settings of a Slurm launcher.
struct SlurmOptions {
  std::filesystem::path directory = {};  ///< Where Slurm's own messages about the parcels go.
  double poll_interval_s = 20;
  int largest_array = 1000;   ///< Tasks of one array at most, whatever the site allows.
  int max_tasks_at_once = 0;  ///< Throttle of each array (`%n`); 0 for none.
  int jobs_per_task = 1;      ///< More than 1 packs small jobs into one allocation.
  int slots_per_task = 1;     ///< How many of these run at the same time.
  std::vector<std::string> overrides = {};  ///< sbatch options that win over all others.
};

/// Submits to Slurm by its own programs (sbatch, squeue, sacct, scancel, scontrol, sacctmgr). Jobs
/// that ask for the same go as one array, split at the site's MaxArraySize and kept below its limit
/// on jobs at a time; what does not fit waits for the next call. A poll is one squeue, and one
/// sacct for what squeue has forgotten where there is accounting. A controller that does not answer
/// leaves everything unknown.
class SlurmLauncher final : public Launcher {
 public:
  /// `run` executes Slurm's programs; tests give their own.
  SlurmLauncher(SlurmOptions options, Clock clock, Runner run = run_command);

  Capabilities capabilities() const override;
  Parcel next_parcel(std::span<const Job> waiting) override;
  Submission submit(const std::string& parcel, std::span<const Job> jobs) override;
  Found find(const std::string& parcel, std::span<const Handle> handles) override;
  Answer poll(std::span<const Handle> handles) override;
  Answer cancel(std::span<const Handle> handles) override;
  std::string explain(const Handle& handle) override;

  /// The site's limits, asked for until there is an answer.
  SlurmLimits limits();

 private:
  CommandResult ask(std::vector<std::string> arguments, std::string input = {}) const;
  std::size_t room_for(const std::string& account);
  std::optional<std::map<std::string, JobStatus>> squeue(std::string& message);
  void add_forgotten(std::span<const Handle> handles, std::map<std::string, JobStatus>& known);
  Submission refused(std::size_t num_jobs, const std::string& error);
  std::string scheduler_id(const std::string& base, std::size_t index) const;

  const SlurmOptions options_;
  const Clock clock_;
  const Runner run_;
  std::optional<SlurmLimits> limits_;
  bool has_accounting_ = true;
  std::size_t largest_parcel_ =
      std::numeric_limits<std::size_t>::max();  ///< Learned from refusals.
  std::size_t num_queued_ = 0;   ///< Of the user's tasks, at the last squeue and since.
  std::int64_t counted_ns_ = 0;  ///< When that was; 0 for never.
};

}  // namespace sciwright::jobs
