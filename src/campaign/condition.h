#pragma once

#include <optional>
#include <string>
#include <vector>

#include "campaign/metric.h"
#include "campaign/outcomes.h"
#include "experiment/expression.h"

namespace sciwright::campaign {

/// A condition on experiments: "gpu == 'a100' and accuracy > 0.9". Names are parameters, or else
/// what value_at finds in the result. One that asks for something of a result holds only where
/// there is a valid result that has it.
class Condition final {
 public:
  /// Reads `text`; empty holds everywhere. Throws a usage error when it is no expression.
  Condition(const std::string& text, std::vector<std::string> parameters, RowChoice row);

  /// Throws a usage error for a comparison of a number with a text among the parameters. It does
  /// not hold where a result has a text in the place of a number.
  bool holds(const CollectedExperiment& experiment, const Outcome& outcome);

  /// Whether it asks for something of the result.
  bool needs_result() const;

  /// After all experiments were asked: throws a usage error for names that no valid result had, or
  /// all had as another kind of value.
  void check_names() const;

 private:
  Json value_of(std::size_t variable, const Json& parameters, const Outcome& outcome) const;

  const std::string text_;
  const RowChoice row_;
  std::vector<std::string> names_;    ///< Parameters, then what else the text has.
  std::size_t num_parameters_ = 0;    ///< How many of them are parameters.
  std::vector<std::size_t> used_;     ///< Places of those that the expression uses.
  std::vector<bool> was_seen_;        ///< By place: some experiment had a value.
  std::string mismatch_;              ///< The first result that could not be compared.
  bool was_computed_ = false;         ///< For some experiment.
  std::vector<std::string> example_;  ///< Names that the first valid result has.
  std::optional<experiment::Expression> expression_;
};

}  // namespace sciwright::campaign
