#include "campaign/selection.h"

#include <algorithm>
#include <charconv>
#include <fnmatch.h>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "experiment/expression.h"

namespace sciwright::campaign {
namespace {

using experiment::Json;
using experiment::Manifest;
using experiment::ManifestEntry;

constexpr std::size_t kShortestId = 4;

/// "1-10:2" as first, last and step; nothing for another text. One number is a range, too.
struct Places {
  long first = 0;
  long last = 0;
  long step = 1;
};

std::optional<long> take_number(std::string_view& text) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<Places> parse_places(std::string_view text) {
  Places places;
  const auto first = take_number(text);
  if (!first) return std::nullopt;
  places.first = places.last = *first;
  if (text.starts_with('-')) {
    text.remove_prefix(1);
    const auto last = take_number(text);
    if (!last) return std::nullopt;
    places.last = *last;
  }
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    const auto step = take_number(text);
    if (!step || *step < 1) return std::nullopt;
    places.step = *step;
  }
  return text.empty() ? std::optional(places) : std::nullopt;
}

/// The place that a number means: from 1, or from the end.
long place_of(long number, std::size_t count) {
  return number < 0 ? static_cast<long>(count) + number : number - 1;
}

bool mark_places(const Places& places, std::vector<bool>& chosen) {
  const auto count = static_cast<long>(chosen.size());
  const long first = place_of(places.first, chosen.size());
  const long last = place_of(places.last, chosen.size());
  if (first < 0 || last < first || last >= count) return false;
  for (long i = first; i <= last; i += places.step) chosen[static_cast<std::size_t>(i)] = true;
  return true;
}

/// Marks all experiments that `matches`. False when there is none.
template <typename Predicate>
bool mark(const Manifest& manifest, std::vector<bool>& chosen, Predicate matches) {
  bool found = false;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!matches(manifest.entries[i])) continue;
    chosen[i] = found = true;
  }
  return found;
}

bool mark_word(const Manifest& manifest, const std::string& word, std::vector<bool>& chosen) {
  if (mark(manifest, chosen, [&](const ManifestEntry& e) { return e.name == word; })) return true;
  if (word.find_first_of("*?[") != std::string::npos) {
    return mark(manifest, chosen, [&](const ManifestEntry& e) {
      return ::fnmatch(word.c_str(), e.name.c_str(), 0) == 0;
    });
  }
  if (const auto places = parse_places(word); places && mark_places(*places, chosen)) return true;
  return word.size() >= kShortestId &&
         mark(manifest, chosen, [&](const ManifestEntry& e) { return e.id.starts_with(word); });
}

std::string unknown_word(const Manifest& manifest, const std::string& word) {
  std::vector<std::string> names;
  for (const ManifestEntry& entry : manifest.entries) names.push_back(entry.name);
  return fmt::format("no experiment is called {}, has that id or place (1 to {}){}", word,
                     names.size(), did_you_mean(word, names));
}

/// The names of every parameter, also of those only some experiments have.
std::vector<std::string> variables_of(const Manifest& manifest) {
  std::vector<std::string> names = manifest.parameters;
  for (const ManifestEntry& entry : manifest.entries) {
    const Json parameters = experiment::parameters_of(entry);
    for (const auto& [name, value] : parameters.items()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

bool holds(const experiment::Expression& condition, const std::vector<std::string>& variables,
           const ManifestEntry& entry, const std::string& where) {
  const Json parameters = experiment::parameters_of(entry);
  std::vector<Json> operands;
  operands.reserve(variables.size());
  std::vector<const Json*> values(variables.size(), nullptr);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto it = parameters.find(variables[i]);
    if (it == parameters.end()) continue;
    operands.push_back(experiment::operand(*it));
    values[i] = &operands.back();
  }
  const experiment::Evaluation result = condition.evaluate(values);
  if (!result.problem.empty()) {
    throw usage_error(fmt::format("--where {}: {}: {}", where, entry.name, result.problem));
  }
  return experiment::is_true(result.value);
}

void keep_where(const Manifest& manifest, const std::string& where, std::vector<bool>& chosen) {
  const std::vector<std::string> variables = variables_of(manifest);
  std::string problem;
  const auto condition = experiment::Expression::parse(where, variables, problem);
  if (!condition) throw usage_error(fmt::format("--where {}: {}", where, problem));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    chosen[i] = chosen[i] && holds(*condition, variables, manifest.entries[i], where);
  }
}

}  // namespace

std::vector<std::size_t> select(const Manifest& manifest, const Selection& selection) {
  std::vector<bool> chosen(manifest.entries.size(), selection.which.empty());
  Problems problems;
  for (const std::string& word : selection.which) {
    if (!mark_word(manifest, word, chosen)) problems.push_back(unknown_word(manifest, word));
  }
  throw_if_any(problems);
  if (!selection.where.empty()) keep_where(manifest, selection.where, chosen);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) places.push_back(i);
  }
  return places;
}

}  // namespace sciwright::campaign
