#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "record/compliance.h"

namespace sciwright::record {

/// Something in a submission tree that is not as the rules ask.
struct TreeFinding {
  std::filesystem::path path;
  Severity severity = Severity::kError;
  std::string rule;
  std::string found;
  std::string fix;
};

/// One log of the tree, checked.
struct TreeLog {
  std::filesystem::path path;
  ComplianceReport report;
};

/// A submission to the MLCommons Science working group, checked: folders
/// ORG/APPLICATION/SYSTEM/DESCRIPTOR with result-N.txt (the logs), config.yaml, README.md, scripts/
/// and the paper scientific_contribution.pdf (submit.adoc; its own spelling
/// sientific_contribution.pdf is taken, too).
struct SubmissionTree {
  std::vector<TreeFinding> findings;
  std::vector<TreeLog> logs;

  bool passed(bool strict = false) const;
};

/// Checks everything below `folder`, which is an ORG or holds some. Every log is held against the
/// rules of its APPLICATION. Throws a usage error when it is no folder.
SubmissionTree check_submission_tree(const std::filesystem::path& folder);

/// A line per finding: `PATH: error: RULE; found FOUND; to fix: FIX`.
std::string tree_text(const std::vector<TreeFinding>& findings);

/// {"schema_version", "folder", "passed", "num_logs", "findings": [...]}.
Json tree_json(const SubmissionTree& tree, const std::string& folder);

}  // namespace sciwright::record
