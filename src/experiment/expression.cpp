#include "experiment/expression.h"

#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/suggestion.h"
#include "experiment/operators.h"

namespace sciwright::experiment {
namespace {

using Step = Expression::Step;

constexpr std::array<std::string_view, 10> kFunctions = {"abs",  "min",  "max", "round", "floor",
                                                         "ceil", "sqrt", "exp", "log",   "log10"};

/// Recursive descent; each method reads one level of precedence and appends its steps.
class ExpressionReader final {
 public:
  ExpressionReader(std::string_view text, const std::vector<std::string>& variables)
      : text_(text), variables_(variables) {}

  std::vector<Step> read() {
    read_or();
    skip_blanks();
    if (problem.empty() && at_ < text_.size()) {
      fail(fmt::format("did not expect '{}'", text_.substr(at_, 10)));
    }
    return std::move(steps_);
  }

  std::string problem;

 private:
  void fail(const std::string& reason) {
    if (problem.empty()) problem = fmt::format("'{}': {}", text_, reason);
    at_ = text_.size();
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  static bool is_name_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
  }

  /// Takes the first of `symbols` that comes next; words only as a whole.
  std::string_view take(std::initializer_list<std::string_view> symbols) {
    skip_blanks();
    for (const std::string_view symbol : symbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      const std::size_t end = at_ + symbol.size();
      const bool is_word = is_name_char(symbol.back());
      if (is_word && end < text_.size() && is_name_char(text_[end])) continue;
      at_ = end;
      return symbol;
    }
    return {};
  }

  void add_operator(std::string_view name, std::size_t count) {
    Step step;
    step.kind = Step::Kind::kOperator;
    step.operation = operator_number(name);
    step.count = count;
    steps_.push_back(std::move(step));
  }

  void add_constant(Json value) {
    steps_.push_back({Step::Kind::kConstant, std::move(value), 0, 0, 0});
  }

  void read_or() {
    read_and();
    while (!take({"or", "||"}).empty()) {
      read_and();
      add_operator("or", 2);
    }
  }

  void read_and() {
    read_not();
    while (!take({"and", "&&"}).empty()) {
      read_not();
      add_operator("and", 2);
    }
  }

  void read_not() {
    skip_blanks();
    const bool is_unequal = text_.substr(at_).starts_with("!=");
    if (!is_unequal && !take({"not", "!"}).empty()) {
      enter([this] { read_not(); });
      add_operator("not", 1);
      return;
    }
    read_comparison();
  }

  void read_comparison() {
    read_sum();
    const std::string_view symbol = take({"==", "!=", "<=", ">=", "<", ">", "=", "in"});
    if (symbol.empty()) return;
    read_sum();
    add_operator(symbol == "=" ? "==" : symbol, 2);
  }

  void read_sum() {
    read_product();
    for (std::string_view symbol; !(symbol = take({"+", "-"})).empty();) {
      read_product();
      add_operator(symbol, 2);
    }
  }

  void read_product() {
    read_sign();
    for (std::string_view symbol; !(symbol = take_product_sign()).empty();) {
      read_sign();
      add_operator(symbol, 2);
    }
  }

  std::string_view take_product_sign() {
    skip_blanks();
    if (text_.substr(at_).starts_with("**")) return {};
    return take({"//", "*", "/", "%"});
  }

  void read_sign() {
    const std::string_view sign = take({"-", "+"});
    if (sign.empty()) return read_power();
    enter([this] { read_sign(); });
    if (sign == "-") add_operator("negative", 1);
  }

  void read_power() {
    read_value();
    if (take({"**"}).empty()) return;
    enter([this] { read_sign(); });
    add_operator("**", 2);
  }

  /// Guards the stack of this program against texts of ten thousand parentheses.
  template <class Read>
  void enter(const Read& read) {
    if (++depth_ > 100) {
      fail("too deeply nested");
    } else {
      read();
    }
    --depth_;
  }

  void read_value() {
    skip_blanks();
    if (at_ >= text_.size()) return fail("ends too early");
    const char c = text_[at_];
    if (!take({"("}).empty()) {
      enter([this] { read_or(); });
      if (take({")"}).empty()) fail("a ')' is missing");
    } else if (!take({"["}).empty()) {
      read_list();
    } else if (c == '\'' || c == '"') {
      read_text(c);
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') {
      read_number();
    } else if (is_name_char(c)) {
      read_name();
    } else {
      fail(fmt::format("did not expect '{}'", c));
    }
  }

  void read_text(char quote) {
    const auto end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return fail("a text is not closed");
    add_constant(std::string(text_.substr(at_ + 1, end - at_ - 1)));
    at_ = end + 1;
  }

  void read_number() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (is_name_char(text_[end]) || ((text_[end] == '-' || text_[end] == '+') && end > at_ &&
                                         (text_[end - 1] == 'e' || text_[end - 1] == 'E')))) {
      ++end;
    }
    const std::string word(text_.substr(at_, end - at_));
    const Json number = operand(word);
    if (!number.is_number()) return fail(fmt::format("'{}' is no number", word));
    add_constant(number);
    at_ = end;
  }

  /// A list of plain values becomes one constant.
  void read_list() {
    Json list = Json::array();
    while (problem.empty() && take({"]"}).empty()) {
      const std::size_t before = steps_.size();
      read_sign();
      if (!problem.empty()) return;
      const bool is_negative =
          steps_.size() == before + 2 && steps_.back().operation == operator_number("negative");
      if (steps_[before].kind != Step::Kind::kConstant ||
          steps_.size() > before + (is_negative ? 2 : 1)) {
        return fail("a list may hold only numbers and 'texts'");
      }
      const std::array<const Json*, 1> item = {&steps_[before].constant};
      list.push_back(is_negative ? apply_operator(steps_.back().operation, item).value : *item[0]);
      steps_.resize(before);
      if (take({","}).empty() && !text_.substr(at_).starts_with("]"))
        return fail("a ']' is missing");
    }
    add_constant(std::move(list));
  }

  void read_name() {
    std::size_t end = at_;
    while (end < text_.size() && is_name_char(text_[end])) ++end;
    const std::string name(text_.substr(at_, end - at_));
    at_ = end;
    if (name == "true" || name == "True" || name == "false" || name == "False") {
      return add_constant(name == "true" || name == "True");
    }
    if (name == "none" || name == "None") return add_constant(nullptr);
    if (std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end() &&
        !take({"("}).empty()) {
      return read_call(name);
    }
    const auto found = std::find(variables_.begin(), variables_.end(), name);
    if (found == variables_.end()) {
      return fail(fmt::format("'{}' is not known here; texts stand in quotes{}", name,
                              did_you_mean(name, variables_)));
    }
    Step step{Step::Kind::kVariable, {}, 0, 0, 0};
    step.variable = static_cast<std::size_t>(found - variables_.begin());
    steps_.push_back(std::move(step));
  }

  void read_call(const std::string& name) {
    std::size_t count = 0;
    do {
      enter([this] { read_or(); });
      ++count;
    } while (!take({","}).empty());
    if (take({")"}).empty()) return fail("a ')' is missing");
    if (count > 1 && name != "min" && name != "max") return fail(name + " takes one value");
    add_operator(name, count);
  }

  std::string_view text_;
  const std::vector<std::string>& variables_;
  std::vector<Step> steps_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<Expression> Expression::parse(std::string_view text,
                                            const std::vector<std::string>& variables,
                                            std::string& problem) {
  ExpressionReader reader(text, variables);
  Expression out;
  out.steps_ = reader.read();
  problem = reader.problem;
  if (!problem.empty()) return std::nullopt;
  return out;
}

Evaluation Expression::evaluate(std::span<const Json* const> values) const {
  static const Json kNone;
  // Operands point at constants, variables or results; deque-like stability is not needed because
  // results are reserved beforehand.
  std::vector<Json> results;
  results.reserve(steps_.size());
  std::vector<const Json*> stack;
  stack.reserve(steps_.size());
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::kConstant) {
      stack.push_back(&step.constant);
    } else if (step.kind == Step::Kind::kVariable) {
      const Json* value = values[step.variable];
      stack.push_back(value == nullptr ? &kNone : value);
    } else {
      const std::size_t start = stack.size() - step.count;
      Evaluation result =
          apply_operator(step.operation, std::span(stack).subspan(start, step.count));
      if (!result.problem.empty()) return result;
      results.push_back(std::move(result.value));
      stack.resize(start);
      stack.push_back(&results.back());
    }
  }
  return {*stack.back(), ""};
}

std::vector<std::size_t> Expression::used_variables() const {
  std::vector<std::size_t> out;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::kVariable) out.push_back(step.variable);
  }
  return out;
}

}  // namespace sciwright::experiment
