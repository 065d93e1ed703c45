#pragma once

#include <span>
#include <string_view>

#include "experiment/expression.h"

namespace sciwright::experiment {

/// The number of an operator or function of expressions by its name ("+", "and", "negative",
/// "log10").
int operator_number(std::string_view name);

/// Applies it to one operand or two (min and max: any number). Whole numbers stay whole where
/// Python's do, unless they overflow; then they become numbers. A comparison by size of a text with
/// a number is a problem, as are division by zero and results that are not finite.
Evaluation apply_operator(int operation, std::span<const Json* const> operands);

}  // namespace sciwright::experiment
