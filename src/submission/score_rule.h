#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/python_json.h"

namespace sciwright::submission {

/// What a science benchmark is judged by: a field of the object that the record `result` holds, and
/// the working group's target for it (src/record/rules/science).
struct ScoreRule {
  std::vector<std::string> fields = {};  ///< Dotted paths; the first that is there counts.
  /// Name of a predicate ("above", "at_least", "below", "at_most") and its number.
  std::vector<std::pair<std::string, double>> bounds = {};
  bool higher_is_better = true;

  /// The score of a result; nothing where it has none.
  std::optional<double> score_of(const record::Json& result) const;
  /// The field that has it; the first of all where none has.
  std::string field_of(const record::Json& result) const;
  bool reached_by(double score) const;
  /// "above 0.8 and below 0.99".
  std::string target_text() const;
};

/// The rule of an application: cloudmask, earthquake, stemdl or uno. Throws a usage error for
/// others.
ScoreRule score_rule(const std::string& application);

}  // namespace sciwright::submission
