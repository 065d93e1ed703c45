#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sciwright::experiment {

/// What a batch system's job scripts may say. The lists are those of the systems' manual pages
/// (sbatch of Slurm 22.05, bsub of LSF 10.1, qsub of PBS Pro 2021).
struct Scheduler {
  std::string name;                       ///< "Slurm"
  std::string prefix;                     ///< "#SBATCH"
  std::string command;                    ///< "sbatch"
  std::vector<std::string> long_options;  ///< Without "--".
  /// Short options: "o=output" (the long name it stands for) or "J".
  std::vector<std::string> short_options;
  std::vector<std::string> variables;  ///< That it sets in jobs.
  std::string variable_prefix;         ///< "SLURM_"
};

const std::vector<Scheduler>& schedulers();

/// The scheduler of a directive line's prefix, or null.
const Scheduler* scheduler_of_prefix(std::string_view prefix);

}  // namespace sciwright::experiment
