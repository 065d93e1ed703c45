#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sciwright::record {

/// What a job says in its log about how far it is, as cloudmesh's tools wrote it, for whoever
/// follows the job: `# cloudmesh status=running progress=30 pid=7 time='…' msg='epoch 3'`.
struct ProgressLine {
  std::string status = {};                  ///< One word, such as running, done, failed.
  std::optional<double> percent = {};       ///< 0 to 100; written as a whole number, rounded down.
  std::string pid = {};                     ///< Number of a process, or a scheduler's job id.
  std::optional<std::int64_t> utc_ns = {};  ///< Written as `time`, UTC.
  /// More to say, in this order. Values with blanks are written in quotes; line ends in them become
  /// blanks.
  std::vector<std::pair<std::string, std::string>> values = {};
  std::string separator = " ";  ///< Between the values.
  std::string append = {};      ///< Written as it is at the end, but for its line ends.
};

/// Every part that would make the line unreadable.
Problems problems_of(const ProgressLine& progress);

/// The line, without a line end. Throws a usage error with all its problems.
std::string progress_line(const ProgressLine& progress);

/// The line between two lines of `#`, to be found by eye.
std::string with_banner(const std::string& line);

/// The status of who gives none: "done" at 100, "running" below.
std::string usual_status(const std::optional<double>& percent);

/// Whose progress it is: SLURM_JOB_ID, else LSB_JOBID of the environment, else the process.
std::string usual_pid(const std::map<std::string, std::string>& environment, int process);

}  // namespace sciwright::record
