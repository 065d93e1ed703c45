#pragma once

#include <string>
#include <vector>

#include "experiment/lint.h"

namespace sciwright::experiment {

/// Appends what is wrong with the variables of a shell script: such that nothing sets (not the
/// script, not the scheduler, no login), and `cd NAME` with the name of a variable but no "$".
void lint_variables(const std::string& text, const std::string& file,
                    std::vector<LintFinding>& findings);

}  // namespace sciwright::experiment
