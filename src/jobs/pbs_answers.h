#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.h"
#include "jobs/job_status.h"

namespace sciwright::jobs {

/// "12[3]" of "12[3].server": what stands before the name of the server, which may be written in
/// more than one way.
std::string pbs_short_id(std::string_view id);

/// The id in what qsub prints: "12[].server" for an array, "12.server" for a job; empty when there
/// is none.
std::string parse_qsub(std::string_view text);

/// The jobs of `qstat -f -F json`, by short id; nothing when it is not what qsub's manual says. A
/// state that is not in that manual is unknown, not dead.
std::optional<std::map<std::string, JobStatus>> parse_qstat(std::string_view text);

/// A job's resources as options of qsub; its own directives last. Memory is left out when `lines`
/// (of the script) select chunks: see `with_memory`.
std::vector<std::string> qsub_options(const Resources& resources,
                                      const std::vector<std::string>& lines);

/// Directive lines in which every chunk that is selected gets this memory instead of its own: qsub
/// refuses `-l mem=` beside `-l select=`. As they are when `memory_mb` is 0.
std::vector<std::string> with_memory(std::vector<std::string> lines, int memory_mb);

}  // namespace sciwright::jobs
