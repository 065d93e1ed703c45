#pragma once

#include <string>
#include <vector>

namespace sciwright::experiment {

/// Something in a job script that most likely is a mistake.
struct LintFinding {
  std::string file;
  int line = 0;
  int column = 0;
  std::string text;  ///< What was found, and what to do.

  /// "job.sh:3:9: …"
  std::string message() const;
};

/// Looks for mistakes in a job script or template of Slurm, LSF, PBS or the plain shell: misspelt,
/// repeated, disabled and late directives, odd times, no "#!" line, DOS line ends, variables that
/// nothing sets (with the scheduler's own in mind), a variable's name without its "$" as a folder.
/// Names in braces ({experiment.epoch}) are taken for filled in.
std::vector<LintFinding> lint_script(const std::string& text, const std::string& file);

}  // namespace sciwright::experiment
