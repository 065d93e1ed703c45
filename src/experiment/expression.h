#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/value_text.h"

namespace sciwright::experiment {

/// What an expression is worth, or why it is worth nothing.
struct Evaluation {
  Json value;
  std::string problem;  ///< Empty if the value is good.
};

/// Arithmetic and conditions, read once and computed often; nothing of the user's text is ever run
/// as code. Numbers, 'texts', true, false, none, lists after `in`, names of variables;
/// + - * / // % ** with Python's meaning, == != < <= > >= in, and or not (&& || !, = for ==),
/// abs min max round floor ceil sqrt exp log log10. A variable that has no value here is none.
class Expression final {
 public:
  /// Reads `text`; `variables` are the names it may use. Nothing when it is no expression, then
  /// `problem` says why.
  static std::optional<Expression> parse(std::string_view text,
                                         const std::vector<std::string>& variables,
                                         std::string& problem);

  /// Computes it; `values` in the order of `variables`, null where a variable has no value.
  Evaluation evaluate(std::span<const Json* const> values) const;

  /// The indices of the variables it uses.
  std::vector<std::size_t> used_variables() const;

  /// One step of the computation on a stack.
  struct Step {
    enum class Kind { kConstant, kVariable, kOperator } kind;
    Json constant;
    std::size_t variable = 0;
    int operation = 0;      ///< Which operator or function.
    std::size_t count = 0;  ///< How many values of the stack it takes.
  };

 private:
  std::vector<Step> steps_;
};

/// True unless false, 0, none or an empty text or list.
bool is_true(const Json& value);

}  // namespace sciwright::experiment
