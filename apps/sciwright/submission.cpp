#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "record/compliance.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

/// What `submission check` takes.
struct CheckOptions {
  std::vector<std::string> logs;
  std::string rules;
  bool strict = false;
  bool json = false;
};

/// Every log before the first is judged: all unreadable ones are told at once.
std::vector<std::string> read_logs(const std::vector<std::string>& paths) {
  std::vector<std::string> texts;
  Problems problems;
  for (const std::string& path : paths) {
    try {
      texts.push_back(read_file(path));
    } catch (const Error& error) {  // caught here to go on with the next
      problems.push_back(error.what());
    }
  }
  throw_if_any(problems);
  return texts;
}

std::string verdict(const record::ComplianceReport& report, const std::string& path, bool strict) {
  const auto num_errors =
      std::ranges::count(report.findings, record::Severity::kError, &record::Finding::severity);
  return fmt::format("{}: {}: {} errors, {} warnings ({})\n", path,
                     report.passed(strict) ? "passed" : "failed", num_errors,
                     std::ssize(report.findings) - num_errors, fmt::join(report.rule_sets, ", "));
}

int check(const CheckOptions& options) {
  const std::vector<std::string> texts = read_logs(options.logs);
  bool passed = true;
  record::Json reports = record::Json::array();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& path = options.logs[i];
    const record::ComplianceReport report =
        record::check_mllog(texts[i], {.rule_set = options.rules});
    passed = passed && report.passed(options.strict);
    if (options.json) {
      reports.push_back(record::compliance_json(report, path));
    } else {
      fmt::print("{}{}", record::compliance_text(report, path),
                 verdict(report, path, options.strict));
    }
  }
  if (options.json) fmt::print("{}\n", reports.dump(2));
  return passed ? 0 : 1;
}

}  // namespace

void add_submission_command(CLI::App& app, Programs& programs) {
  CLI::App* submission =
      app.add_subcommand("submission", "Check what is to be submitted to MLCommons.");
  submission->require_subcommand(1);
  CLI::App* checker = submission->add_subcommand(
      "check", "Hold MLCommons logs against the rules; exit code 1 when one fails.");
  auto options = std::make_shared<CheckOptions>();
  checker->add_option("log", options->logs, "mllog.log of a run")->required()->type_name("LOG");
  checker
      ->add_option("--rules", options->rules,
                   "Rule set, for example hpc_3.0.0/common; else by the log's benchmark")
      ->type_name("NAME");
  checker->add_flag("--strict", options->strict, "Warnings fail, too");
  checker->add_flag("--json", options->json, "Print a list of reports as JSON");
  checker->footer(
      "Examples:\n"
      "  sciwright submission check runs/*/mllog.log\n"
      "  sciwright submission check --rules science/common run/mllog.log\n");
  checker->callback(
      [&programs, options] { programs.action = [options] { return check(*options); }; });
}

}  // namespace sciwright
