#pragma once

#include <string>
#include <string_view>

namespace sciwright::jobs {

/// What kind of no a Slurm command said on stderr.
enum class SlurmRefusal {
  kUnreachable,  ///< The controller does not answer.
  kNoRoom,       ///< A limit on jobs at a time; later it may be taken.
  kRefused,      ///< This job will not be taken.
};

/// Sorts an error text of sbatch, squeue, scancel or scontrol.
SlurmRefusal slurm_refusal(std::string_view error);

/// What sbatch's error means and what to do, with its own words at the end.
std::string explain_sbatch_error(std::string_view error);

/// What a pending job's reason (squeue's %r) means and what to do.
std::string explain_pending_reason(std::string_view reason);

}  // namespace sciwright::jobs
