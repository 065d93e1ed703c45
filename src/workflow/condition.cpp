#include "workflow/condition.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/suggestion.h"

namespace sciwright::workflow {
namespace {

using experiment::Json;

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_key_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

bool is_name_char(char c) { return is_key_char(c) || c == '-'; }

std::size_t end_of_run(std::string_view text, std::size_t at, bool (*belongs)(char)) {
  while (at < text.size() && belongs(text[at])) ++at;
  return at;
}

/// Finds the mentions of a condition.
class Scanner final {
 public:
  Scanner(std::string_view text, const NodeIndex& nodes) : text_(text), nodes_(nodes) {}

  std::vector<Mention> scan() {
    for (std::size_t at = 0; at < text_.size();) {
      const char c = text_[at];
      if (c == '\'' || c == '"') {
        at = std::min(text_.find(c, at + 1), text_.size() - 1) + 1;
      } else if (is_name_char(c) && c != '-' && c != '.') {
        at = take_word(at);
      } else {
        ++at;
      }
    }
    return std::move(mentions_);
  }

  /// What is wrong with the first word that looks like a mention but names no node; else empty.
  std::string problem() const {
    if (strange_name_.empty()) return {};
    std::vector<std::string> known;
    for (const auto& [node, index] : nodes_) known.push_back(node);
    std::sort(known.begin(), known.end());
    // "fetch-dat.rows" may be a name with a slip or "fetch" minus "dat.rows".
    const bool is_slip = closest_word(longest_name_, known).has_value();
    const std::string& name = is_slip ? longest_name_ : strange_name_;
    return fmt::format("there is no node '{}'{}", name, did_you_mean(name, known));
  }

 private:
  std::size_t take_word(std::size_t at) {
    const std::string_view run = text_.substr(at, end_of_run(text_, at, is_name_char) - at);
    for (auto dot = run.rfind('.'); dot != std::string_view::npos && dot > 0;
         dot = run.rfind('.', dot - 1)) {
      if (dot + 1 == run.size() || !is_letter(run[dot + 1])) continue;
      std::string node(run.substr(0, dot));
      if (!nodes_.contains(node)) continue;
      const std::size_t end = end_of_run(text_, at + dot + 1, is_key_char);
      std::string key(text_.substr(at + dot + 1, end - at - dot - 1));
      mentions_.push_back({at, end - at, std::move(node), std::move(key)});
      return end;
    }
    return pass_over(at);
  }

  /// A word of the expression itself, or a number; "-" may be a minus, what follows is looked at.
  std::size_t pass_over(std::size_t at) {
    const std::size_t end = end_of_run(text_, at, is_key_char);
    const std::string_view word = text_.substr(at, end - at);
    const auto dot = word.rfind('.');
    if (!is_letter(word.front()) || dot == std::string_view::npos || !strange_name_.empty()) {
      return end;
    }
    std::size_t begin = at;
    while (begin > 0 && is_name_char(text_[begin - 1])) --begin;
    strange_name_ = word.substr(0, dot);
    longest_name_ = text_.substr(begin, at + dot - begin);
    return end;
  }

  std::string_view text_;
  const NodeIndex& nodes_;
  std::vector<Mention> mentions_;
  std::string strange_name_;
  std::string longest_name_;  ///< The same with what stands before it and a "-".
};

/// A name of a variable that the expression can read; the mention itself where that is possible.
std::string variable_name(const Mention& mention, const std::vector<std::string>& taken) {
  std::string name = mention.node + "." + mention.key;
  std::replace(name.begin(), name.end(), '-', '_');
  if (!is_letter(name.front())) name.insert(name.begin(), '_');
  while (std::find(taken.begin(), taken.end(), name) != taken.end()) name += '_';
  return name;
}

Json value_of(const NodeState& node, const std::string& key) {
  if (const auto found = node.values->find(key); found != node.values->end()) {
    return experiment::operand(found->second);  // what reads as a number is one
  }
  if (key == "status") return status_name(node.status);
  if (key == "attempt") return node.attempt;
  if (key == "progress") return node.progress;
  if (key == "message") return node.message;
  if (key == "exit_code" && node.exit_code) return *node.exit_code;
  return {};
}

bool is_same(const Mention& a, const Mention& b) { return a.node == b.node && a.key == b.key; }

}  // namespace

std::optional<Condition> Condition::parse(std::string_view text, const NodeIndex& nodes,
                                          std::string& problem) {
  Scanner scanner(text, nodes);
  Condition condition;
  std::vector<std::string> names;
  std::string readable;
  std::size_t done = 0;
  for (const Mention& mention : scanner.scan()) {
    const auto known = std::find_if(condition.variables_.begin(), condition.variables_.end(),
                                    [&](const Mention& other) { return is_same(mention, other); });
    const auto index = static_cast<std::size_t>(known - condition.variables_.begin());
    if (index == names.size()) {
      names.push_back(variable_name(mention, names));
      condition.variables_.push_back(mention);
    }
    readable += text.substr(done, mention.offset - done);
    readable += names[index];
    done = mention.offset + mention.length;
  }
  readable += text.substr(done);
  problem = scanner.problem();
  if (!problem.empty()) return std::nullopt;
  condition.expression_ = experiment::Expression::parse(readable, names, problem);
  if (condition.expression_) return condition;
  const std::string quoted = fmt::format("'{}'", readable);
  if (problem.starts_with(quoted)) problem.replace(0, quoted.size(), fmt::format("'{}'", text));
  return std::nullopt;
}

std::vector<std::string> Condition::nodes() const {
  std::vector<std::string> out;
  for (const Mention& mention : variables_) {
    if (std::find(out.begin(), out.end(), mention.node) == out.end()) out.push_back(mention.node);
  }
  return out;
}

Condition::Result Condition::evaluate(const State& state) const {
  std::vector<Json> values;
  values.reserve(variables_.size());
  for (const Mention& mention : variables_) {
    const auto index = state.index_of(mention.node);
    values.push_back(index ? value_of(state[*index], mention.key) : Json());
  }
  std::vector<const Json*> pointers;
  for (const Json& value : values) pointers.push_back(&value);
  const experiment::Evaluation result = expression_->evaluate(pointers);
  if (!result.problem.empty()) return {false, result.problem};
  return {experiment::is_true(result.value), ""};
}

std::string condition_within(std::string_view text, const std::string& outer,
                             const NodeIndex& nodes) {
  std::string out;
  std::size_t done = 0;
  for (const Mention& mention : Scanner(text, nodes).scan()) {
    out += text.substr(done, mention.offset - done);
    out += outer + "." + mention.node + "." + mention.key;
    done = mention.offset + mention.length;
  }
  return out + std::string(text.substr(done));
}

}  // namespace sciwright::workflow
