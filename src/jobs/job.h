#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace sciwright::jobs {

/// What a job asks of a scheduler. Zero and empty mean: the site's default.
struct Resources {
  int num_nodes = 0;
  int num_tasks = 0;
  int num_cpus_per_task = 0;
  int num_gpus = 0;
  std::string gpu_type = {};   ///< "a100"; empty for any.
  int memory_mb = 0;           ///< Of a node.
  double time_limit_s = 0;     ///< Wall time. Slurm and LSF count whole minutes, rounded up.
  std::string partition = {};  ///< Slurm's partition, LSF's queue.
  std::string account = {};    ///< Slurm's account, LSF's project.
  std::vector<std::string> directives = {};  ///< Further options, as on sbatch's or bsub's line.

  bool operator==(const Resources&) const = default;
};

/// One command to start somewhere, once.
struct Job {
  std::string id = {};  ///< Unique among the jobs of a ledger.
  std::filesystem::path directory =
      {};  ///< Absolute; of this job alone: record and output are here.
  std::filesystem::path working_directory = {};  ///< Where the command runs; empty: in `directory`.
  std::vector<std::string> command =
      {};                   ///< Program and arguments; a program without `/` is looked up.
  std::string script = {};  ///< Instead of a command: a script, relative to the working directory.
  Resources resources = {};
  std::map<std::string, std::string> environment =
      {};                               ///< Set on top of what the launcher passes on.
  std::vector<std::string> after = {};  ///< Ids of jobs that must have succeeded before.
  int attempt = 1;                      ///< 2 for the first repetition, and so on.
};

/// What to execute: the command, or the script by the interpreter of its first line (sh without
/// one). Throws a usage error when the script cannot be read, or the job has neither or both.
std::vector<std::string> command_line(const Job& job);

/// `job.<attempt>.jsonl` in the job's directory: where it is written how this attempt went.
std::filesystem::path record_path(const std::filesystem::path& directory, int attempt);

/// What the command wrote, appended by every attempt.
inline constexpr const char* kStdoutFile = "job.out";
inline constexpr const char* kStderrFile = "job.err";

}  // namespace sciwright::jobs
