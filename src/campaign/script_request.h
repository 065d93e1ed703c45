#pragma once

#include <string_view>

#include "jobs/job.h"

namespace sciwright::campaign {

/// What the directives of a job script (#SBATCH, #BSUB, #PBS) ask for, as far as it can be told:
/// nodes, tasks, processors, GPUs, memory, time. What is not said, or not understood, is 0: the
/// site's default. Directives after the first command do not count, as for the schedulers.
jobs::Resources script_request(std::string_view script);

/// "slurm", "lsf" or "pbs": whose directives a script has; empty for none.
std::string_view scheduler_of_script(std::string_view script);

/// Megabytes of "64GB", "500M", "2T"; a number alone counts `unit` ('K', 'M', 'G' or 'T'). 0 for
/// another text.
int parse_memory_mb(std::string_view text, char unit = 'M');

}  // namespace sciwright::campaign
