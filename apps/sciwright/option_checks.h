#pragma once

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"

namespace sciwright {

/// An option's check: a finite number that `is_good` takes; `expected` says which those are.
template <class IsGood>
CLI::Validator number_that(IsGood is_good, std::string expected) {
  return CLI::Validator(
      [is_good, expected = std::move(expected)](const std::string& text) -> std::string {
        double value = 0;
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        const bool is_number = error == std::errc() && rest == end && std::isfinite(value);
        if (is_number && is_good(value)) return {};
        return fmt::format("found '{}', expected a number {}", text, expected);
      },
      "");
}

/// An option's check: a number above 0, `most` at most.
inline CLI::Validator positive(double most = std::numeric_limits<double>::max()) {
  const bool has_most = most < std::numeric_limits<double>::max();
  return number_that([most](double value) { return value > 0 && value <= most; },
                     "above 0" + (has_most ? fmt::format(", {:.15g} at most", most) : ""));
}

/// An option's check: a number within these bounds.
inline CLI::Validator between(double low, double high) {
  return number_that([low, high](double value) { return value >= low && value <= high; },
                     fmt::format("from {:.15g} to {:.15g}", low, high));
}

/// An option's check: some text.
inline CLI::Validator not_empty() {
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        return text.empty() ? "found an empty name" : "";
      },
      "");
}

/// Refuses what stands before a verb of this one, which does not hear of it. Throws a usage error.
inline void refuse_before_verb(const CLI::App& app) {
  if (app.get_subcommands().empty()) return;
  const std::string verb = app.get_subcommands().front()->get_name();
  Problems problems;
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    problems.push_back(fmt::format(
        "{0}: '{1}' before '{2}' means nothing; write it behind: {0} {2} …", app.get_name(),
        option->get_positional() ? option->results().front() : option->get_name(), verb));
  }
  throw_if_any(problems);
}

}  // namespace sciwright
