#include "record/compliance.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "record/mllog_reader.h"
#include "record/predicates.h"

namespace sciwright::record {
namespace {

/// A log and what has been found out about it.
struct Check {
  const MllogText& log;
  const ComplianceOptions& options;
  ComplianceReport report;
};

std::vector<const MllogRecord*> records_of(const MllogText& log, const std::string& key) {
  std::vector<const MllogRecord*> out;
  for (const MllogRecord& record : log.records) {
    if (record.key == key) out.push_back(&record);
  }
  return out;
}

/// An own rule set or an embedded one. Throws a usage error for an unknown name.
const RuleSet& rule_set(const Check& check, const std::string& name) {
  for (const RuleSet& set : check.options.own) {
    if (set.name == name) return set;
  }
  return embedded_rule_set(name);
}

bool is_known(const Check& check, const std::string& name) {
  const std::vector<std::string> embedded = embedded_rule_sets();
  return std::binary_search(embedded.begin(), embedded.end(), name) ||
         std::any_of(check.options.own.begin(), check.options.own.end(),
                     [&](const RuleSet& set) { return set.name == name; });
}

void replace_rule(std::vector<Rule>& rules, const Rule& rule) {
  std::erase_if(rules, [&](const Rule& old) { return old.key == rule.key; });
  rules.push_back(rule);
}

/// Adds a rule set, those it includes before it, and those its `then` names after it.
void add_rules(Check& check, const RuleSet& set) {
  std::vector<std::string>& applied = check.report.rule_sets;
  if (std::find(applied.begin(), applied.end(), set.name) != applied.end()) return;
  applied.push_back(set.name);
  for (const std::string& name : set.include) {
    add_rules(check, rule_set(check, name));
  }
  for (const Rule& rule : set.rules) replace_rule(check.report.rules, rule);
  for (const Rule& rule : set.rules) {
    const auto records = records_of(check.log, rule.key);
    if (rule.then.empty() || records.empty() || !records[0]->value.is_string()) continue;
    std::string name = rule.then;
    if (const std::size_t at = name.find("{}"); at != std::string::npos) {
      name.replace(at, 2, records[0]->value.get<std::string>());
    }
    if (is_known(check, name)) add_rules(check, rule_set(check, name));
  }
}

/// The benchmarks that have rules of their own, each with the rule set to begin with.
std::map<std::string, std::string> known_benchmarks() {
  const std::string science = "science/";
  const std::string hpc = "hpc_3.0.0/open_";
  std::map<std::string, std::string> known;
  for (const std::string& name : embedded_rule_sets()) {
    if (name.ends_with("common")) continue;
    if (name.starts_with(science)) known.emplace(name.substr(science.size()), name);
    if (name.starts_with(hpc)) known.emplace(name.substr(hpc.size()), "hpc_3.0.0/common");
  }
  return known;
}

/// The rule set that fits the log's benchmark; says so where there is none for it.
std::string fitting_rule_set(Check& check) {
  const auto known = known_benchmarks();
  const auto records = records_of(check.log, "submission_benchmark");
  const std::string fallback = "training/common";
  if (records.empty()) return fallback;
  const Json& value = records[0]->value;
  const std::string benchmark = value.is_string() ? value.get<std::string>() : value.dump();
  if (const auto found = known.find(benchmark); found != known.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, set] : known) names.push_back(name);
  check.report.findings.push_back(
      {records[0]->line, Severity::kWarning, fallback, "submission_benchmark",
       "must name a benchmark with rules of its own, or the training rules apply",
       fmt::format("'{}'{}", benchmark, did_you_mean(benchmark, names)),
       fmt::format("log one of {}, or name the rules with --rules", fmt::join(names, ", "))});
  return fallback;
}

void add_finding(Check& check, const Rule& rule, int line, Severity severity, Violation violation) {
  check.report.findings.push_back({line, severity, rule.rule_set, rule.key,
                                   std::move(violation.rule), std::move(violation.found),
                                   std::move(violation.fix)});
}

void check_missing(Check& check, const Rule& rule) {
  std::string asked =
      rule.occurs == Occurs::kExactlyOnce ? "must occur exactly once" : "must occur at least once";
  if (rule.occurs == Occurs::kAtLeastOnceOr) {
    for (const std::string& key : rule.alternatives) {
      if (!records_of(check.log, key).empty()) return;
    }
    asked += fmt::format(" (or {})", fmt::join(rule.alternatives, ", "));
  }
  add_finding(
      check, rule, check.log.num_lines, rule.severity,
      {asked, "no such record",
       rule.fix.empty() ? fmt::format("log a record with the key \"{}\"", rule.key) : rule.fix});
}

void check_repeated(Check& check, const Rule& rule,
                    const std::vector<const MllogRecord*>& records) {
  for (std::size_t i = 1; i < records.size(); ++i) {
    const bool same = records[i]->value == records[0]->value;
    add_finding(check, rule, records[i]->line, same ? Severity::kWarning : rule.severity,
                {"must occur exactly once",
                 fmt::format("it again with {} value, first in line {}",
                             same ? "the same" : "another", records[0]->line),
                 "log it once"});
  }
}

void check_records(Check& check, const Rule& rule, const RuleCheck& rule_check,
                   const std::vector<const MllogRecord*>& records) {
  std::vector<std::pair<int, Violation>> violations;
  for (const MllogRecord* record : records) {
    std::optional<Violation> violation = find_violation(rule_check, *record, check.log);
    if (!violation && rule_check.some_record) return;
    if (!violation) continue;
    if (!rule_check.fix.empty()) violation->fix = rule_check.fix;
    violations.emplace_back(record->line, std::move(*violation));
  }
  if (rule_check.some_record && !violations.empty()) {
    violations.erase(violations.begin(), violations.end() - 1);
    violations[0].second.rule += " in one record at least";
    violations[0].second.found += " in the last one";
  }
  for (auto& [line, violation] : violations) {
    add_finding(check, rule, line, rule_check.severity, std::move(violation));
  }
}

void check_rule(Check& check, const Rule& rule) {
  std::vector<const MllogRecord*> records = records_of(check.log, rule.key);
  if (records.empty()) {
    if (rule.occurs != Occurs::kAnyNumber) check_missing(check, rule);
    return;
  }
  if (rule.occurs == Occurs::kExactlyOnce) check_repeated(check, rule, records);
  if (rule.key.starts_with("submission_")) records.erase(records.begin() + 1, records.end());
  for (const RuleCheck& c : rule.checks) check_records(check, rule, c, records);
}

void check_lines(Check& check) {
  Rule format;
  format.rule_set = "format";
  for (const MllogBadLine& bad : check.log.bad_lines) {
    add_finding(
        check, format, bad.line, Severity::kError,
        {"must be one record in JSON", "a line that " + bad.reason,
         bad.is_json ? "write time_ms (a number), key (text), value and metadata (an object) "
                       "into every record"
                     : "write each record as one whole line, from one process"});
  }
  if (!check.log.records.empty()) return;
  add_finding(
      check, format, check.log.num_lines, Severity::kError,
      {"must hold records", "no line with :::MLLOG", "pass the file that the run logged to"});
}

}  // namespace

const char* severity_name(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

bool ComplianceReport::passed(bool strict) const {
  return std::none_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return strict || finding.severity == Severity::kError;
  });
}

ComplianceReport check_mllog(std::string_view text, const ComplianceOptions& options) {
  const MllogText log = parse_mllog(text);
  Check check{log, options, {}};
  add_rules(check,
            rule_set(check, options.rule_set.empty() ? fitting_rule_set(check) : options.rule_set));
  for (const RuleSet& own : options.own) add_rules(check, own);
  check_lines(check);
  if (!log.records.empty()) {
    for (const Rule& rule : check.report.rules) check_rule(check, rule);
  }
  std::stable_sort(check.report.findings.begin(), check.report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  return check.report;
}

std::string compliance_text(const ComplianceReport& report, const std::string& file) {
  std::string out;
  for (const Finding& f : report.findings) {
    out += fmt::format("{}:{}: {}: {}{}{}; found {}; to fix: {} [{}]\n", file, f.line,
                       severity_name(f.severity), f.key, f.key.empty() ? "" : ": ", f.rule, f.found,
                       f.fix, f.rule_set);
  }
  return out;
}

Json compliance_json(const ComplianceReport& report, const std::string& file) {
  Json findings = Json::array();
  for (const Finding& f : report.findings) {
    findings.push_back({{"line", f.line},
                        {"severity", severity_name(f.severity)},
                        {"rule_set", f.rule_set},
                        {"key", f.key},
                        {"rule", f.rule},
                        {"found", f.found},
                        {"fix", f.fix}});
  }
  return {{"schema_version", 1},
          {"file", file},
          {"passed", report.passed()},
          {"rule_sets", report.rule_sets},
          {"findings", findings}};
}

}  // namespace sciwright::record
