#include "experiment/operators.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

namespace sciwright::experiment {
namespace {

enum Operation {
  kOr,
  kAnd,
  kNot,
  kEqual,
  kUnequal,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kFloorDivide,
  kModulo,
  kPower,
  kNegative,
  kAbs,
  kMin,
  kMax,
  kRound,
  kFloor,
  kCeil,
  kSqrt,
  kExp,
  kLog,
  kLog10,
};

constexpr std::array<std::string_view, 28> kNames = {
    "or",  "and",   "not",   "==",   "!=",   "<",   "<=",  ">",        ">=",  "in",
    "+",   "-",     "*",     "/",    "//",   "%",   "**",  "negative", "abs", "min",
    "max", "round", "floor", "ceil", "sqrt", "exp", "log", "log10"};

std::string name_of(int operation) {
  return std::string(operation == kNegative ? "-" : kNames[static_cast<std::size_t>(operation)]);
}

Evaluation finite(double number, int operation) {
  if (std::isfinite(number)) return {number, ""};
  return {{}, fmt::format("the result of {} is not a finite number", name_of(operation))};
}

/// A whole number where the result of floor, round and ceil fits.
Evaluation whole(double number, int operation) {
  if (std::abs(number) < 9e15) return {static_cast<std::int64_t>(number), ""};
  return finite(number, operation);
}

std::optional<std::int64_t> whole_power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) return std::nullopt;
  std::int64_t result = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1 && __builtin_mul_overflow(result, base, &result)) return std::nullopt;
    if (exponent > 1 && __builtin_mul_overflow(base, base, &base)) return std::nullopt;
  }
  return result;
}

/// The result among whole numbers, if there is one. `b` is not 0 for divisions.
std::optional<std::int64_t> whole_result(int operation, std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  switch (operation) {
    case kAdd:
      return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    case kSubtract:
      return __builtin_sub_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    case kMultiply:
      return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    case kFloorDivide:
      if (b == -1) return whole_result(kSubtract, 0, a);
      return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
    case kModulo:
      if (b == -1) return 0;
      return (a % b + b) % b;
    case kPower:
      return whole_power(a, b);
    default:
      return std::nullopt;
  }
}

double number_result(int operation, double a, double b) {
  switch (operation) {
    case kAdd:
      return a + b;
    case kSubtract:
      return a - b;
    case kMultiply:
      return a * b;
    case kDivide:
      return a / b;
    case kFloorDivide:
      return std::floor(a / b);
    case kModulo:
      return a - b * std::floor(a / b);
    default:
      return std::pow(a, b);
  }
}

Evaluation arithmetic(int operation, const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) {
    return {{}, fmt::format("{} {} {}: expected numbers", a.dump(), name_of(operation), b.dump())};
  }
  const bool is_division =
      operation == kDivide || operation == kFloorDivide || operation == kModulo;
  if (is_division && b.get<double>() == 0) return {{}, "division by zero"};
  if (a.is_number_integer() && b.is_number_integer()) {
    const auto result = whole_result(operation, a.get<std::int64_t>(), b.get<std::int64_t>());
    if (result) return {*result, ""};
  }
  return finite(number_result(operation, a.get<double>(), b.get<double>()), operation);
}

Evaluation comparison(int operation, const Json& a, const Json& b) {
  if (operation == kEqual) return {a == b, ""};
  if (operation == kUnequal) return {a != b, ""};
  if (a.is_null() || b.is_null()) return {false, ""};
  if (a.is_number() != b.is_number() || a.is_string() != b.is_string()) {
    return {{},
            fmt::format("{} {} {}: a number and a text cannot be compared", a.dump(),
                        name_of(operation), b.dump())};
  }
  switch (operation) {
    case kLess:
      return {a < b, ""};
    case kLessEqual:
      return {a <= b, ""};
    case kGreater:
      return {a > b, ""};
    default:
      return {a >= b, ""};
  }
}

Evaluation function_of(int operation, const Json& value) {
  if (!value.is_number()) {
    return {{}, fmt::format("{} of {}: expected a number", name_of(operation), value.dump())};
  }
  const double x = value.get<double>();
  switch (operation) {
    case kNegative:
      return arithmetic(kSubtract, 0, value);
    case kAbs:
      return x < 0 ? arithmetic(kSubtract, 0, value) : Evaluation{value, ""};
    case kRound:
      return whole(std::nearbyint(x), operation);
    case kFloor:
      return whole(std::floor(x), operation);
    case kCeil:
      return whole(std::ceil(x), operation);
    case kSqrt:
      return finite(std::sqrt(x), operation);
    case kExp:
      return finite(std::exp(x), operation);
    case kLog:
      return finite(std::log(x), operation);
    default:
      return finite(std::log10(x), operation);
  }
}

Evaluation extreme(int operation, std::span<const Json* const> operands) {
  const Json* best = operands[0];
  for (const Json* candidate : operands) {
    const Evaluation is_better =
        comparison(operation == kMin ? kLess : kGreater, *candidate, *best);
    if (!is_better.problem.empty()) return is_better;
    if (is_better.value == true) best = candidate;
  }
  return {*best, ""};
}

}  // namespace

int operator_number(std::string_view name) {
  return static_cast<int>(std::find(kNames.begin(), kNames.end(), name) - kNames.begin());
}

Evaluation apply_operator(int operation, std::span<const Json* const> operands) {
  const Json& first = *operands.front();
  const Json& last = *operands.back();
  if (operation == kMin || operation == kMax) return extreme(operation, operands);
  if (operation >= kNegative) return function_of(operation, first);
  if (operation >= kAdd) return arithmetic(operation, first, last);
  switch (operation) {
    case kOr:
      return {is_true(first) || is_true(last), ""};
    case kAnd:
      return {is_true(first) && is_true(last), ""};
    case kNot:
      return {!is_true(first), ""};
    case kIn:
      if (!last.is_array()) return {{}, "'in' needs a list in brackets behind it"};
      return {std::find(last.begin(), last.end(), first) != last.end(), ""};
    default:
      return comparison(operation, first, last);
  }
}

bool is_true(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.empty();
}

}  // namespace sciwright::experiment
