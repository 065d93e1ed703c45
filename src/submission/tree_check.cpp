#include "submission/tree_check.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "submission/submission_check.h"

namespace sciwright::submission {
namespace {

bool is_error(const Finding& finding) { return finding.severity == record::Severity::kError; }

/// A run that lies in two submissions is none of both: nobody can say whose it is.
void check_copies(SubmissionTree& tree) {
  std::map<std::string, std::map<std::size_t, std::filesystem::path>> places;
  for (std::size_t i = 0; i < tree.submissions.size(); ++i) {
    for (const CheckedLog& log : tree.submissions[i].logs) places[log.fingerprint][i] = log.path;
  }
  for (const auto& [fingerprint, logs] : places) {
    if (logs.size() < 2) continue;
    for (const auto& [submission, path] : logs) {
      const auto& other = submission == logs.begin()->first ? *logs.rbegin() : *logs.begin();
      tree.submissions[submission].findings.push_back(
          {.path = path,
           .rule = "must be the log of a run of this submission alone",
           .found = "the log of the same run as " + other.second.string(),
           .fix = "leave one of them out"});
    }
  }
}

}  // namespace

bool CheckedSubmission::passed(bool strict) const {
  return std::ranges::none_of(findings, [&](const Finding& f) { return strict || is_error(f); }) &&
         std::ranges::all_of(logs,
                             [&](const CheckedLog& log) { return log.report.passed(strict); });
}

bool SubmissionTree::passed(bool strict) const {
  return std::ranges::none_of(findings, [&](const Finding& f) { return strict || is_error(f); }) &&
         std::ranges::all_of(submissions,
                             [&](const CheckedSubmission& s) { return s.passed(strict); });
}

Findings SubmissionTree::all_findings() const {
  Findings all = findings;
  for (const CheckedSubmission& submission : submissions) {
    all.insert(all.end(), submission.findings.begin(), submission.findings.end());
  }
  return all;
}

std::size_t SubmissionTree::num_logs() const {
  std::size_t num = 0;
  for (const CheckedSubmission& submission : submissions) num += submission.logs.size();
  return num;
}

SubmissionTree check_tree(const std::filesystem::path& folder) {
  SubmissionTree tree;
  for (const Place& place : find_places(folder, tree.findings)) {
    tree.submissions.push_back(check_submission(place));
  }
  check_copies(tree);
  return tree;
}

Json tree_json(const SubmissionTree& tree, const std::string& folder) {
  Json findings = Json::array();
  for (const Finding& f : tree.all_findings()) {
    findings.push_back({{"file", f.path.string()},
                        {"line", f.line},
                        {"severity", record::severity_name(f.severity)},
                        {"rule", f.rule},
                        {"found", f.found},
                        {"fix", f.fix}});
  }
  Json submissions = Json::array();
  for (const CheckedSubmission& s : tree.submissions) {
    submissions.push_back({{"name", s.place.name()},
                           {"passed", s.passed()},
                           {"verified", s.verified()},
                           {"num_logs", s.logs.size()}});
  }
  return {{"schema_version", 1},         {"folder", folder},     {"passed", tree.passed()},
          {"num_logs", tree.num_logs()}, {"findings", findings}, {"submissions", submissions}};
}

}  // namespace sciwright::submission
