#include "coordinator/patterns.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sciwright::coordinator {
namespace {

using workflow::NodeKind;
using Json = nlohmann::ordered_json;

std::optional<double> number_of(const Candidate& candidate, const std::string& key) {
  const auto found = candidate.values.find(key);
  if (found == candidate.values.end()) return std::nullopt;
  const std::string& text = found->second;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

Json json_of(const Candidate& candidate) {
  return {{"name", candidate.name}, {"values", candidate.values}};
}

/// The candidates that can be ranked, the best first.
std::vector<Candidate> ranking(const workflow::Choice& choice, std::vector<Candidate> candidates) {
  if (choice.by.empty()) {
    std::ranges::stable_sort(candidates, {}, &Candidate::ended_utc_ns);
    return candidates;
  }
  std::erase_if(candidates, [&](const Candidate& one) { return !number_of(one, choice.by); });
  std::ranges::stable_sort(candidates, [&](const Candidate& a, const Candidate& b) {
    const double left = *number_of(a, choice.by);
    const double right = *number_of(b, choice.by);
    return choice.smallest ? left < right : left > right;
  });
  return candidates;
}

Decision choose(const workflow::Node& node, const std::vector<Candidate>& candidates) {
  Decision decision;
  const bool is_race =
      node.kind == NodeKind::kCompete && node.choice->until == workflow::Choice::Until::kFirst;
  workflow::Choice choice = node.choice;
  if (is_race) choice.by.clear();
  std::vector<Candidate> ranked = ranking(choice, candidates);
  if (ranked.empty()) {
    decision.problem = fmt::format("none of its parents says a number as {}", choice.by);
    return decision;
  }
  const bool is_select = node.kind == NodeKind::kSelect;
  const auto count = is_select ? static_cast<std::size_t>(std::max(node.choice->count, 1)) : 1;
  for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) {
    decision.chosen.push_back(ranked[i].name);
  }
  decision.values = ranked.front().values;
  decision.values["winner"] = ranked.front().name;
  if (is_select) decision.values["selected"] = fmt::format("{}", fmt::join(decision.chosen, ","));
  decision.file = is_select ? "selection.json" : "winner.json";
  Json rows = Json::array();
  for (const Candidate& one : ranked) rows.push_back(json_of(one));
  decision.content = {{"schema_version", 1},
                      {is_select ? "selected" : "winner",
                       is_select ? Json(decision.chosen) : Json(ranked.front().name)},
                      {"by", choice.by.empty() ? Json() : Json(choice.by)},
                      {"direction", choice.smallest ? "min" : "max"},
                      {"candidates", std::move(rows)}};
  return decision;
}

/// Means of the numbers that all have.
Decision combine(const std::vector<Candidate>& candidates) {
  Decision decision;
  decision.file = "combined.json";
  Json rows = Json::array();
  Json means = Json::object();
  for (const Candidate& one : candidates) rows.push_back(json_of(one));
  for (const auto& [key, text] :
       candidates.empty() ? decltype(Candidate::values)() : candidates.front().values) {
    double sum = 0;
    const bool is_shared = std::ranges::all_of(candidates, [&](const Candidate& one) {
      const auto number = number_of(one, key);
      sum += number.value_or(0);
      return number.has_value();
    });
    if (!is_shared) continue;
    const double mean = sum / static_cast<double>(candidates.size());
    means[key] = mean;
    decision.values[key] = fmt::format("{}", mean);
  }
  decision.values["num_parents"] = std::to_string(candidates.size());
  decision.content = {{"schema_version", 1}, {"parents", std::move(rows)}, {"means", means}};
  return decision;
}

}  // namespace

bool is_pattern(const workflow::Node& node) {
  return node.kind == NodeKind::kSelect || node.kind == NodeKind::kCompete ||
         node.kind == NodeKind::kCooperate;
}

Decision decide(const workflow::Node& node, const std::vector<Candidate>& candidates) {
  return node.kind == NodeKind::kCooperate ? combine(candidates) : choose(node, candidates);
}

}  // namespace sciwright::coordinator
