#include "config/fields.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"

namespace sciwright::config {
namespace {

/// A rule on a number, or on every number of a list.
Rule number_rule(std::string text, std::function<bool(double)> holds) {
  return {std::move(text), [holds = std::move(holds)](const Json& value) {
            if (value.is_array()) {
              return std::all_of(value.begin(), value.end(),
                                 [&](const Json& item) { return holds(item.get<double>()); });
            }
            return holds(value.get<double>());
          }};
}

}  // namespace

std::string value_text(const Json& value) {
  const bool is_finite = !value.is_number_float() || std::isfinite(value.get<double>());
  return is_finite ? value.dump() : fmt::format("{}", value.get<double>());
}

Rule at_least(double low) {
  return number_rule(fmt::format("at least {}", low), [low](double v) { return v >= low; });
}

Rule more_than(double low) {
  return number_rule(fmt::format("more than {}", low), [low](double v) { return v > low; });
}

Rule at_most(double high) {
  return number_rule(fmt::format("at most {}", high), [high](double v) { return v <= high; });
}

Rule between(double low, double high) {
  return number_rule(fmt::format("from {} to {}", low, high),
                     [low, high](double v) { return v >= low && v <= high; });
}

Rule one_of(std::vector<std::string> words) {
  std::string text = fmt::format("one of {}", fmt::join(words, ", "));
  return {std::move(text), [words = std::move(words)](const Json& value) {
            return std::find(words.begin(), words.end(), value.get<std::string>()) != words.end();
          }};
}

Loader::Loader(const Json& source, Locate locate, std::string path)
    : source_(source), locate_(std::move(locate)), path_(std::move(path)) {}

const Json* Loader::claim(const char* key) {
  known_.emplace_back(key);
  const auto found = source_.find(key);
  return found == source_.end() ? nullptr : &*found;
}

std::string Loader::path_of(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

void Loader::problem(const std::string& key, const std::string& text) {
  const std::string path = path_of(key);
  const std::string place = locate_ ? locate_(path) : "";
  problems_.push_back((place.empty() ? "" : place + ": ") + path + " " + text);
}

Problems Loader::problems() const {
  Problems out = problems_;
  for (const auto& [key, unused] : source_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string path = path_of(key);
    const std::string place = locate_ ? locate_(path) : "";
    out.push_back(fmt::format("{}{}{} is not a known setting{}", place, place.empty() ? "" : ": ",
                              path, did_you_mean(key, known_)));
  }
  return out;
}

void Describer::add(const std::string& key, const Json& value, const char* help,
                    const std::vector<Rule>& rules) {
  std::string text = help;
  for (const Rule& rule : rules) text += " Must be " + rule.text + ".";
  fields_.push_back({prefix_ + key, value.dump(), text});
}

std::string reference_markdown(const std::vector<FieldDescription>& fields) {
  TextTable table;
  table.column("Setting", TextTable::Align::kLeft)
      .column("Default", TextTable::Align::kLeft)
      .column("Meaning", TextTable::Align::kLeft);
  for (const FieldDescription& field : fields) {
    table.row({"`" + field.path + "`", "`" + field.default_text + "`", field.help});
  }
  return table.markdown();
}

}  // namespace sciwright::config
