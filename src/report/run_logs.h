#pragma once

#include <string>

#include "report/run_set.h"

namespace sciwright::report {

/// Adds the run that a log or a trace tells of: MLCommons records, `# csv` lines of cloudmesh's
/// StopWatch, power traces (energy.csv, both logs of `cms gpu watch`, XML and CSV of nvidia-smi).
/// False when the text is none of these. Bad lines are problems, the others count.
bool add_log(const std::string& path, const std::string& text, RunSet& set);

}  // namespace sciwright::report
