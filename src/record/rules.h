#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/python_json.h"

namespace sciwright::record {

/// How much a violated rule matters.
enum class Severity { kError, kWarning };

/// What a check looks at.
enum class Subject {
  kValue,     ///< The record's value.
  kMetadata,  ///< `metadata: NAME` or `[NAMES]`: the first of these that the metadata has.
  kField,  ///< `field: a.b` or `[...]`: the first of these paths that the object in the value has.
};

/// A condition on the records of one key. All its predicates must hold. In a rule file it is a map
/// of one subject (none: the value), predicates and options:
///
/// - `not_empty: true`, `type: number|integer|text|boolean|object|list`, `one_of: [...]`,
///   `equals: X` (numbers to a relative 1e-9), `length: N`
/// - `above: X`, `at_least: X`, `below: X`, `at_most: X`: a number, not a quoted one
/// - `event_type: NAME`
/// - `after: KEY`, `before: KEY`: a record KEY must, or must not, come earlier in the log
/// - `within_minutes: N` with `of_first: KEY`: less than N minutes after the first record KEY
/// - `earlier_in: KEY`, `later_in: KEY`: a record KEY before or after it has the same metadata
/// - `some_record: true`: it is enough that one record of the key holds
/// - `severity: warning`, `fix: TEXT`
struct RuleCheck {
  Subject subject = Subject::kValue;
  std::vector<std::string> names;  ///< Of metadata entries or fields; empty for the value.
  std::vector<std::pair<std::string, Json>> predicates;
  std::string of_first;
  bool some_record = false;
  Severity severity = Severity::kError;
  std::string fix;  ///< Empty: the rule's, but not where numbers are compared; else derived.
};

/// How often records of a key must occur.
enum class Occurs { kAnyNumber, kExactlyOnce, kAtLeastOnce, kAtLeastOnceOr };

/// Everything that is asked of one key. In a rule file: `key`, `occurs: exactly_one | at_least_one
/// | at_least_one_of` (with `or: [KEYS]`: one of these will do instead), `checks`, `then: NAME` (a
/// rule set that also applies, `{}` stands for the value), `severity`, `fix`.
struct Rule {
  std::string rule_set;
  std::string key;
  Occurs occurs = Occurs::kAnyNumber;
  std::vector<std::string> alternatives;
  std::vector<RuleCheck> checks;
  std::string then;
  Severity severity = Severity::kError;
  std::string fix;
};

/// One rule file: `title`, `source`, `include: [RULE SETS]` and `rules`. A rule replaces the rule
/// for the same key of a set that was loaded before.
struct RuleSet {
  std::string name;
  std::string title;
  std::vector<std::string> include;
  std::vector<Rule> rules;
};

/// Reads a rule file. Throws a usage error that lists everything it does not understand. Rules are
/// data: nothing in them is executed.
RuleSet parse_rule_set(const std::string& name, const std::string& yaml);

/// The names of the rule sets inside the program, sorted: "hpc_3.0.0/common", "science/cloudmask".
std::vector<std::string> embedded_rule_sets();

/// One of them. Throws a usage error with a suggestion for an unknown name.
const RuleSet& embedded_rule_set(const std::string& name);

}  // namespace sciwright::record
