#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.h"

namespace sciwright::jobs {

/// What a scheduler's directives in scripts look like, and which are the launcher's own.
struct DirectiveStyle {
  std::string_view mark;                   ///< "#SBATCH"
  std::span<const std::string_view> ours;  ///< Options that set what the launcher sets.
  bool values_join = true;  ///< A short option may have its value behind it without a blank.
};

/// The directive lines of a script, up to its first command, without those that are the launcher's.
std::vector<std::string> directive_lines(std::string_view script, const DirectiveStyle& style);

/// Those of a job's own script; none for a job that is a command. Throws a usage error when the
/// script cannot be read.
std::vector<std::string> directive_lines(const Job& job, const DirectiveStyle& style);

}  // namespace sciwright::jobs
