#include "campaign/condition.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "experiment/value_text.h"

namespace sciwright::campaign {
namespace {

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

/// The words of a condition that could be names, each once: not within quotes, not numbers.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\'' || text[at] == '"') {
      at = std::min(text.find(text[at], at + 1), text.size() - 1) + 1;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_name_char(text[end])) ++end;
    const std::string word(text.substr(at, end - at));
    const bool is_name = !word.empty() && std::isdigit(static_cast<unsigned char>(word[0])) == 0;
    if (is_name && std::ranges::find(out, word) == out.end()) out.push_back(word);
    at = std::max(end, at + 1);
  }
  return out;
}

}  // namespace

Condition::Condition(const std::string& text, std::vector<std::string> parameters, RowChoice row)
    : text_(text),
      row_(std::move(row)),
      names_(std::move(parameters)),
      num_parameters_(names_.size()) {
  if (text.empty()) return;
  for (std::string& word : words_of(text)) {
    if (std::ranges::find(names_, word) == names_.end()) names_.push_back(std::move(word));
  }
  std::string problem;
  expression_ = experiment::Expression::parse(text, names_, problem);
  if (!expression_) throw usage_error(fmt::format("--where {}: {}", text, problem));
  const std::vector<std::size_t> used = expression_->used_variables();
  const std::set<std::size_t> sorted(used.begin(), used.end());
  used_.assign(sorted.begin(), sorted.end());
  was_seen_.assign(names_.size(), false);
}

bool Condition::needs_result() const { return !used_.empty() && used_.back() >= num_parameters_; }

Json Condition::value_of(std::size_t variable, const Json& parameters,
                         const Outcome& outcome) const {
  if (variable >= num_parameters_) return value_at(outcome.result, names_[variable], row_);
  const auto found = parameters.find(names_[variable]);
  if (found == parameters.end()) return nullptr;
  return experiment::operand(*found);
}

bool Condition::holds(const CollectedExperiment& experiment, const Outcome& outcome) {
  if (!expression_) return true;
  if (needs_result() && outcome.kind != Outcome::Kind::kValid) return false;
  if (needs_result() && example_.empty()) example_ = number_paths(outcome.result, row_);
  const Json parameters = experiment::parameters_of(experiment.entry);
  std::vector<Json> operands(names_.size());
  std::vector<const Json*> values(names_.size(), nullptr);
  bool is_complete = true;
  for (const std::size_t variable : used_) {
    operands[variable] = value_of(variable, parameters, outcome);
    if (!operands[variable].is_null()) {
      values[variable] = &operands[variable];
      was_seen_[variable] = true;
    } else if (variable >= num_parameters_) {
      is_complete = false;
    }
  }
  if (!is_complete) return false;
  const experiment::Evaluation result = expression_->evaluate(values);
  if (!result.problem.empty()) {
    std::string problem =
        fmt::format("--where {}: {}: {}", text_, experiment.entry.name, result.problem);
    if (!needs_result()) throw usage_error(problem);
    if (mismatch_.empty()) mismatch_ = std::move(problem);
    return false;
  }
  was_computed_ = true;
  return experiment::is_true(result.value);
}

void Condition::check_names() const {
  if (example_.empty()) return;  // no valid result, so nothing can be said
  Problems problems;
  std::vector<std::string> known(names_.begin(),
                                 names_.begin() + static_cast<std::ptrdiff_t>(num_parameters_));
  known.insert(known.end(), example_.begin(), example_.end());
  for (const std::size_t variable : used_) {
    if (variable < num_parameters_ || was_seen_[variable]) continue;
    problems.push_back(fmt::format("--where {}: {} is no parameter, and no valid result has it{}",
                                   text_, names_[variable], did_you_mean(names_[variable], known)));
  }
  if (!was_computed_ && !mismatch_.empty()) problems.push_back(mismatch_);
  throw_if_any(problems);
}

}  // namespace sciwright::campaign
