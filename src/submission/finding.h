#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "record/rules.h"

namespace sciwright::submission {

/// Something in a submission that is not as the rules ask.
struct Finding {
  std::filesystem::path path;
  int line = 0;  ///< From 1; 0 where the whole file is meant.
  record::Severity severity = record::Severity::kError;
  std::string rule;   ///< What is asked.
  std::string found;  ///< What is there.
  std::string fix;    ///< What to do.
};

using Findings = std::vector<Finding>;

/// A line per finding: `PATH:LINE: error: RULE; found FOUND; to fix: FIX`, without the line where
/// there is none. Control characters in names of files are shown as blanks.
std::string findings_text(const Findings& findings);

}  // namespace sciwright::submission
