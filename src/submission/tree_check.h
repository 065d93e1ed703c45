#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "record/compliance.h"
#include "submission/finding.h"
#include "submission/log_facts.h"
#include "submission/tree_files.h"

namespace sciwright::submission {

using record::Json;

/// The contribution document, in the working group's own spelling, and in the usual one.
inline constexpr const char* kPaper = "sientific_contribution.pdf";
inline constexpr const char* kPaperWellSpelt = "scientific_contribution.pdf";

/// One log of a submission, checked.
struct CheckedLog {
  std::filesystem::path path;
  int number = 0;  ///< N of result-N.txt.
  record::ComplianceReport report;
  LogFacts facts;
  /// SHA-256 of the log without its submission records, which differ where one run is packed twice.
  std::string fingerprint;
};

/// One submission, checked: result-N.txt (the logs), config.yaml, README.md, scripts/ and the
/// contribution document; of a packed one SHA256SUMS and run-N/ besides.
struct CheckedSubmission {
  Place place;
  Findings findings;
  std::vector<CheckedLog> logs;  ///< By number.
  bool is_packed = false;        ///< It says so in config.yaml, and has checksums.
  bool has_evidence = false;     ///< Each log has the result.json of its run beside it.

  bool passed(bool strict = false) const;
  /// Passed, every file is as it was packed, and every score is that of the run's own result. It
  /// says nothing of whether somebody repeated the runs.
  bool verified() const { return passed() && is_packed && has_evidence && !logs.empty(); }
};

/// All submissions below a folder.
struct SubmissionTree {
  Findings findings;  ///< Of what belongs to no submission.
  std::vector<CheckedSubmission> submissions;

  bool passed(bool strict = false) const;
  Findings all_findings() const;
  std::size_t num_logs() const;
};

/// Checks everything below `folder`, which is an ORG or holds some, whatever lies there: links are
/// not followed, and nothing is read that is no file of its own or too large. Every log is held
/// against the rules of its APPLICATION. Throws a usage error when it is no folder.
SubmissionTree check_tree(const std::filesystem::path& folder);

/// {"schema_version", "folder", "passed", "num_logs", "findings": [...], "submissions": [...]}.
Json tree_json(const SubmissionTree& tree, const std::string& folder);

}  // namespace sciwright::submission
