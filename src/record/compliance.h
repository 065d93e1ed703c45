#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/python_json.h"
#include "record/rules.h"

namespace sciwright::record {

/// A violated rule.
struct Finding {
  int line = 0;  ///< Of the record; the last line of the log for what is missing.
  Severity severity = Severity::kError;
  std::string rule_set;  ///< "format" for a line that is no record.
  std::string key;
  std::string rule;   ///< What is asked.
  std::string found;  ///< What the log says.
  std::string fix;    ///< What to do.
};

/// What a log is checked against.
struct ComplianceOptions {
  /// The rule set to begin with. Empty: by the log's `submission_benchmark` (science sets for the
  /// science benchmarks, hpc_3.0.0 for the HPC ones, training for all others, with a
  /// warning that tells so).
  std::string rule_set = {};
  /// Rule sets that apply on top, in order; may also be named by `rule_set`, `include` and `then`.
  std::vector<RuleSet> own = {};
};

/// The outcome for one log.
struct ComplianceReport {
  std::vector<std::string> rule_sets;  ///< In the order they were begun.
  std::vector<Rule> rules;             ///< All that applied, at most one per key.
  std::vector<Finding> findings;       ///< Ordered by line.

  /// Whether there is no error; with `strict`, no warning either.
  bool passed(bool strict = false) const;
};

/// Checks the text of an MLCommons log. Lines that cannot be read are findings; the rest is still
/// checked. Deviations from the official checker: rules are data instead of Python, every failed
/// check is reported instead of the first of a record, and text where a number belongs is an error
/// of its own. As there, keys with "submission_" are checked at their first record only, and a
/// record that occurs again with the same value where one is asked for is a warning.
ComplianceReport check_mllog(std::string_view text, const ComplianceOptions& options = {});

/// "error" or "warning".
const char* severity_name(Severity severity);

/// A line per finding: `FILE:LINE: error: KEY: RULE; found FOUND; to fix: FIX [RULE SET]`.
std::string compliance_text(const ComplianceReport& report, const std::string& file);

/// {"schema_version", "file", "passed", "rule_sets", "findings": [...]}.
Json compliance_json(const ComplianceReport& report, const std::string& file);

}  // namespace sciwright::record
