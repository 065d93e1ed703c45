#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "record/compliance.h"
#include "sciwright/command.h"
#include "sciwright/print_json.h"
#include "sciwright/submission_verbs.h"
#include "submission/tree_check.h"

namespace sciwright {
namespace {

/// What `submission check` takes.
struct CheckOptions {
  std::vector<std::string> logs;
  std::string rules;
  bool strict = false;
  bool json = false;
};

/// What is judged: a log, or a folder with the layout of a submission.
struct Subject {
  std::string path;
  std::string text;  ///< Of a log.
  bool is_tree = false;
};

/// Every log before the first is judged: all unreadable ones are told at once.
std::vector<Subject> read_subjects(const std::vector<std::string>& paths) {
  std::vector<Subject> subjects;
  Problems problems;
  for (const std::string& path : paths) {
    try {
      const bool is_tree = std::filesystem::is_directory(path);
      subjects.push_back({path, is_tree ? "" : read_file(path), is_tree});
    } catch (const Error& error) {  // caught here to go on with the next
      problems.push_back(error.what());
    }
  }
  throw_if_any(problems);
  return subjects;
}

/// "1 error", "2 errors".
std::string counted(std::ptrdiff_t number, const char* thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

std::string verdict(const record::ComplianceReport& report, const std::string& path, bool strict) {
  const auto num_errors =
      std::ranges::count(report.findings, record::Severity::kError, &record::Finding::severity);
  return fmt::format("{}: {}: {}, {} ({})\n", path, report.passed(strict) ? "passed" : "failed",
                     counted(num_errors, "error"),
                     counted(std::ssize(report.findings) - num_errors, "warning"),
                     fmt::join(report.rule_sets, ", "));
}

/// Judges one log; adds to the reports, or prints.
bool judge_log(const std::string& path, const record::ComplianceReport& report,
               const CheckOptions& options, record::Json& reports) {
  if (options.json) {
    reports.push_back(record::compliance_json(report, path));
  } else {
    fmt::print("{}{}", record::compliance_text(report, path),
               verdict(report, path, options.strict));
  }
  return report.passed(options.strict);
}

bool judge_tree(const std::string& path, const CheckOptions& options, record::Json& reports) {
  const submission::SubmissionTree tree = submission::check_tree(path);
  for (const submission::CheckedSubmission& one : tree.submissions) {
    for (const submission::CheckedLog& log : one.logs) {
      judge_log(log.path.string(), log.report, options, reports);
    }
  }
  const bool passed = tree.passed(options.strict);
  const submission::Findings findings = tree.all_findings();
  if (options.json) {
    reports.push_back(submission::tree_json(tree, path));
  } else {
    fmt::print("{}{}: {}: {}, {}, {} in the tree\n", submission::findings_text(findings), path,
               passed ? "passed" : "failed", counted(std::ssize(tree.submissions), "submission"),
               counted(static_cast<std::ptrdiff_t>(tree.num_logs()), "log"),
               counted(std::ssize(findings), "finding"));
  }
  return passed;
}

int check(const CheckOptions& options) {
  bool passed = true;
  record::Json reports = record::Json::array();
  for (const Subject& subject : read_subjects(options.logs)) {
    const bool holds =
        subject.is_tree ? judge_tree(subject.path, options, reports)
                        : judge_log(subject.path,
                                    record::check_mllog(subject.text, {.rule_set = options.rules}),
                                    options, reports);
    passed = passed && holds;
  }
  if (options.json) print_json(reports);
  return passed ? 0 : static_cast<int>(ErrorKind::kMismatch);
}

void add_check_command(CLI::App& submission, Programs& programs) {
  CLI::App* checker = submission.add_subcommand(
      "check", "Hold logs and submissions against the rules; exit code 5 when one fails.");
  auto options = std::make_shared<CheckOptions>();
  checker
      ->add_option("log", options->logs,
                   "mllog.log of a run, or a folder ORG/APPLICATION/SYSTEM/DESCRIPTOR/…")
      ->required()
      ->type_name("LOG");
  checker
      ->add_option("--rules", options->rules,
                   "Rule set, for example hpc_3.0.0/common; else by the log's benchmark")
      ->type_name("NAME");
  checker->add_flag("--strict", options->strict, "Warnings fail, too");
  checker->add_flag("--json", options->json, "Print a list of reports as JSON");
  checker->footer(
      "Examples:\n"
      "  sciwright submission check runs/*/mllog.log\n"
      "  sciwright submission check --rules science/common run/mllog.log\n"
      "  sciwright submission check submissions/uva\n");
  checker->callback(
      [&programs, options] { programs.action = [options] { return check(*options); }; });
}

}  // namespace

void add_submission_command(CLI::App& app, Programs& programs) {
  CLI::App* submission = app.add_subcommand(
      "submission", "Pack, check and show what is submitted to MLCommons Science.");
  submission->require_subcommand(1);
  add_pack_command(*submission, programs);
  add_check_command(*submission, programs);
  add_rcp_command(*submission, programs);
  add_site_command(*submission, programs);
}

}  // namespace sciwright
