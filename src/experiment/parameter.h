#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/fields.h"
#include "experiment/value_text.h"

namespace sciwright::experiment {

/// Where the values of a parameter without a list are drawn from.
struct Distribution {
  enum class Kind { kUniform, kLogUniform, kInteger, kChoice } kind = Kind::kUniform;
  double low = 0;
  double high = 0;            ///< Drawn only by kInteger, which includes both ends.
  std::vector<Json> choices;  ///< Of kChoice.
};

/// The value at `unit` (in [0, 1)) of the distribution; numbers have six significant digits.
Json drawn_value(const Distribution& distribution, double unit);

/// One entry of the `experiment` section.
struct Parameter {
  std::string name;
  std::vector<Json> values;                  ///< In order; empty when drawn.
  std::optional<Distribution> distribution;  ///< Where values are drawn from.
  std::string when;                          ///< The condition under which it applies, or empty.
};

/// Reads an entry: a plain value; a text in hostlist notation ("1,30", "[1-3]"), which gives texts;
/// a list of values; or a map with one of `values`, `range` (with `step`), `lin` or `log` (with
/// `num`), `uniform`, `log_uniform`, `integer`, `choice`, and perhaps `when`. Problems are appended
/// with the place `locate` gives.
Parameter read_parameter(const std::string& name, const Json& entry, const config::Locate& locate,
                         Problems& problems);

}  // namespace sciwright::experiment
