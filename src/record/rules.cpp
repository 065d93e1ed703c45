#include "record/rules.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "record/rule_files.h"

namespace sciwright::record {
namespace {

using Names = std::vector<std::string>;

const Names kPredicates = {"not_empty", "type",       "one_of",         "equals",     "length",
                           "above",     "at_least",   "below",          "at_most",    "after",
                           "before",    "event_type", "within_minutes", "earlier_in", "later_in"};
const Names kCheckOptions = {"metadata", "field", "of_first", "some_record", "severity", "fix"};
const Names kRuleWords = {"key", "occurs", "or", "checks", "then", "severity", "fix"};
const Names kSetWords = {"title", "source", "include", "rules"};
const Names kTypes = {"number", "integer", "text", "boolean", "object", "list"};
const Names kOccurs = {"exactly_one", "at_least_one", "at_least_one_of"};
const Names kSeverities = {"error", "warning"};

bool compares_numbers(const RuleCheck& check) {
  return std::any_of(check.predicates.begin(), check.predicates.end(), [](const auto& predicate) {
    return predicate.first == "above" || predicate.first == "at_least" ||
           predicate.first == "below" || predicate.first == "at_most";
  });
}

bool is_in(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // was quoted
  if (text == "true") return true;
  if (text == "false") return false;
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto r = std::from_chars(text.data(), end, integer);
      r.ec == std::errc() && r.ptr == end) {
    return integer;
  }
  double real = 0;
  if (const auto r = std::from_chars(text.data(), end, real); r.ec == std::errc() && r.ptr == end) {
    return real;
  }
  return text;
}

Json to_json(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    Json out = Json::array();
    for (const YAML::Node& item : node) out.push_back(to_json(item));
    return out;
  }
  if (!node.IsMap()) return nullptr;
  Json out = Json::object();
  for (const auto& item : node) out[item.first.Scalar()] = to_json(item.second);
  return out;
}

/// Turns the JSON of a rule file into rules and collects what it does not understand.
class RuleLoader {
 public:
  explicit RuleLoader(std::string name) : name_(std::move(name)) {}

  RuleSet load(const Json& document) {
    RuleSet set;
    set.name = name_;
    expect_words(document, kSetWords, "");
    set.title = text(document, "title", "");
    set.include = texts(document, "include", "");
    for (const Json& item : list(document, "rules", "")) set.rules.push_back(rule(item));
    throw_if_any(problems_);
    return set;
  }

 private:
  Rule rule(const Json& item) {
    Rule out;
    out.rule_set = name_;
    out.key = text(item, "key", "a rule");
    const std::string where = "rule " + out.key;
    if (out.key.empty()) problem("a rule", "has no key");
    expect_words(item, kRuleWords, where);
    const std::string occurs = word(item, "occurs", kOccurs, where);
    out.occurs = occurs == "exactly_one"       ? Occurs::kExactlyOnce
                 : occurs == "at_least_one"    ? Occurs::kAtLeastOnce
                 : occurs == "at_least_one_of" ? Occurs::kAtLeastOnceOr
                                               : Occurs::kAnyNumber;
    out.alternatives = texts(item, "or", where);
    out.then = text(item, "then", where);
    out.fix = text(item, "fix", where);
    out.severity = severity(item, where);
    for (const Json& c : list(item, "checks", where)) out.checks.push_back(check(c, out, where));
    return out;
  }

  RuleCheck check(const Json& item, const Rule& rule, const std::string& where) {
    RuleCheck out;
    Names known = kPredicates;
    known.insert(known.end(), kCheckOptions.begin(), kCheckOptions.end());
    expect_words(item, known, where);
    if (!item.is_object()) return out;
    for (const auto& [subject, key] :
         {std::pair{Subject::kMetadata, "metadata"}, std::pair{Subject::kField, "field"}}) {
      if (!item.contains(key)) continue;
      out.subject = subject;
      out.names = texts(item, key, where);
    }
    for (const std::string& predicate : kPredicates) {
      if (item.contains(predicate)) out.predicates.emplace_back(predicate, item[predicate]);
    }
    expect_arguments(out, where);
    out.of_first = text(item, "of_first", where);
    out.some_record = item.value("some_record", Json(false)) == Json(true);
    out.severity = item.contains("severity") ? severity(item, where) : rule.severity;
    out.fix = text(item, "fix", where);
    // What to do about a number is not what to do about a record that is not there.
    if (out.fix.empty() && !compares_numbers(out)) out.fix = rule.fix;
    return out;
  }

  void expect_arguments(const RuleCheck& check, const std::string& where) {
    for (const auto& [name, argument] : check.predicates) {
      const bool is_text = is_in({"after", "before", "event_type", "earlier_in", "later_in"}, name);
      const bool is_number =
          is_in({"length", "above", "at_least", "below", "at_most", "within_minutes"}, name);
      if (name == "type" && !(argument.is_string() && is_in(kTypes, argument.get<std::string>()))) {
        problem(where, fmt::format("type {} is unknown", argument.dump()));
      } else if (name == "one_of" && !argument.is_array()) {
        problem(where, "one_of must be a list");
      } else if ((is_text && !argument.is_string()) || (is_number && !argument.is_number())) {
        problem(where, fmt::format("{} must be a {}, is {}", name, is_text ? "text" : "number",
                                   argument.dump()));
      }
    }
  }

  void expect_words(const Json& item, const Names& known, const std::string& where) {
    if (!item.is_object()) {
      problem(where, "must be a map, is " + item.dump());
      return;
    }
    for (const auto& [key, value] : item.items()) {
      if (!is_in(known, key)) {
        problem(where, fmt::format("'{}' is not a known word{}", key, did_you_mean(key, known)));
      }
    }
  }

  Severity severity(const Json& item, const std::string& where) {
    return word(item, "severity", kSeverities, where) == "warning" ? Severity::kWarning
                                                                   : Severity::kError;
  }

  std::string word(const Json& item, const char* key, const Names& known,
                   const std::string& where) {
    const std::string out = text(item, key, where);
    if (!out.empty() && !is_in(known, out)) {
      problem(where, fmt::format("{} is '{}', expected {}", key, out, fmt::join(known, ", ")));
    }
    return out;
  }

  std::string text(const Json& item, const char* key, const std::string& where) {
    if (!item.is_object() || !item.contains(key)) return {};
    if (item[key].is_string()) return item[key].get<std::string>();
    problem(where, fmt::format("{} must be a text, is {}", key, item[key].dump()));
    return {};
  }

  /// A list of texts, or one text.
  Names texts(const Json& item, const char* key, const std::string& where) {
    if (!item.is_object() || !item.contains(key)) return {};
    if (item[key].is_string()) return {item[key].get<std::string>()};
    Names out;
    for (const Json& entry : list(item, key, where)) {
      if (entry.is_string()) {
        out.push_back(entry.get<std::string>());
      } else {
        problem(where, fmt::format("{} must be a list of texts", key));
      }
    }
    return out;
  }

  Json list(const Json& item, const char* key, const std::string& where) {
    if (!item.is_object() || !item.contains(key)) return Json::array();
    if (item[key].is_array()) return item[key];
    problem(where, fmt::format("{} must be a list", key));
    return Json::array();
  }

  void problem(const std::string& where, const std::string& what) {
    problems_.push_back(fmt::format("{}: {}{}{}", name_, where, where.empty() ? "" : ": ", what));
  }

  const std::string name_;
  Problems problems_;
};

/// All embedded sets; read once, when the first is asked for.
const std::map<std::string, RuleSet>& embedded() {
  static const std::map<std::string, RuleSet> kSets = [] {
    std::map<std::string, RuleSet> sets;
    for (const auto& [path, content] : kRuleFiles) {
      const std::string name(path.substr(0, path.rfind('.')));
      sets.emplace(name, parse_rule_set(name, std::string(content)));
    }
    return sets;
  }();
  return kSets;
}

}  // namespace

RuleSet parse_rule_set(const std::string& name, const std::string& yaml) {
  try {
    return RuleLoader(name).load(to_json(YAML::Load(yaml)));
  } catch (const YAML::Exception& error) {
    throw usage_error(fmt::format("{}: {}", name, error.what()));
  }
}

std::vector<std::string> embedded_rule_sets() {
  Names names;
  for (const auto& [name, set] : embedded()) names.push_back(name);
  return names;
}

const RuleSet& embedded_rule_set(const std::string& name) {
  if (const auto it = embedded().find(name); it != embedded().end()) return it->second;
  const std::vector<std::string> known = embedded_rule_sets();
  const std::string meant = did_you_mean(name, known);
  throw usage_error(
      fmt::format("no rule set '{}'{}", name,
                  meant.empty() ? fmt::format("; known: {}", fmt::join(known, ", ")) : meant));
}

}  // namespace sciwright::record
