#include "submission/score_rule.h"

#include <algorithm>

#include <fmt/format.h>

#include "record/rules.h"

namespace sciwright::submission {
namespace {

using record::Json;

const Json* find_path(const Json& value, const std::string& path) {
  const Json* at = &value;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    if (!at->is_object()) return nullptr;
    const auto found = at->find(path.substr(begin, end - begin));
    if (found == at->end()) return nullptr;
    at = &*found;
    begin = end + 1;
  }
  return at;
}

bool is_bound(const std::string& predicate) {
  return predicate == "above" || predicate == "at_least" || predicate == "below" ||
         predicate == "at_most";
}

bool holds(const std::string& predicate, double score, double bound) {
  if (predicate == "above") return score > bound;
  if (predicate == "at_least") return score >= bound;
  if (predicate == "below") return score < bound;
  return score <= bound;
}

}  // namespace

std::optional<double> ScoreRule::score_of(const Json& result) const {
  const Json* value = find_path(result, field_of(result));
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<double>();
}

std::string ScoreRule::field_of(const Json& result) const {
  const auto found = std::ranges::find_if(fields, [&](const std::string& field) {
    const Json* value = find_path(result, field);
    return value != nullptr && value->is_number();
  });
  return found == fields.end() ? fields.front() : *found;
}

bool ScoreRule::reached_by(double score) const {
  return std::ranges::all_of(
      bounds, [&](const auto& bound) { return holds(bound.first, score, bound.second); });
}

std::string ScoreRule::target_text() const {
  std::string out;
  for (const auto& [predicate, bound] : bounds) {
    const std::string words = predicate == "at_least"  ? "at least"
                              : predicate == "at_most" ? "at most"
                                                       : predicate;
    out += fmt::format("{}{} {}", out.empty() ? "" : " and ", words, bound);
  }
  return out;
}

ScoreRule score_rule(const std::string& application) {
  ScoreRule out;
  for (const record::Rule& rule : record::embedded_rule_set("science/" + application).rules) {
    if (rule.key != "result") continue;
    for (const record::RuleCheck& check : rule.checks) {
      if (check.subject != record::Subject::kField || !out.fields.empty()) continue;
      out.fields = check.names;
      for (const auto& [predicate, value] : check.predicates) {
        if (is_bound(predicate)) out.bounds.emplace_back(predicate, value.get<double>());
      }
    }
  }
  out.higher_is_better = std::ranges::any_of(out.bounds, [](const auto& bound) {
    return bound.first == "above" || bound.first == "at_least";
  });
  return out;
}

}  // namespace sciwright::submission
