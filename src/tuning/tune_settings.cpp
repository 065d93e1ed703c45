#include "tuning/tune_settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "experiment/parameter.h"
#include "experiment/value_text.h"

namespace sciwright::tuning {
namespace {

/// Reads what is no plain setting.
class SectionReader final {
 public:
  SectionReader(Json section, const config::Locate& locate)
      : section_(std::move(section)), locate_(locate) {}

  void read_budget(TuneSettings& settings) {
    const Json budget = take("budget");
    settings.budgets = {nullptr};
    if (budget.is_null()) return;
    if (!budget.is_object() || budget.size() != 1) {
      return problem("budget", "expected one parameter with its values, as {epoch: [1, 3, 9]}");
    }
    settings.budget = budget.begin().key();
    const experiment::Parameter parameter = experiment::read_parameter(
        settings.budget, budget.begin().value(),
        [this](const std::string&) { return locate_ ? locate_("tune.budget") : ""; }, problems);
    settings.budgets = parameter.values;
    const auto is_less = [](const Json& a, const Json& b) {
      const Json first = experiment::operand(a);
      const Json second = experiment::operand(b);
      return first.is_number() && second.is_number() && first < second;
    };
    for (std::size_t i = 1; i < settings.budgets.size(); ++i) {
      if (is_less(settings.budgets[i - 1], settings.budgets[i])) continue;
      return problem("budget", "expected numbers, each more than the one before");
    }
    if (settings.budgets.empty()) problem("budget", "expected values, not a distribution");
  }

  void read_row(TuneSettings& settings) {
    const Json row = take("row");
    if (row.is_null()) return;
    if (!row.is_object()) return problem("row", "expected fields with values, as {subset: land}");
    for (const auto& [field, value] : row.items()) {
      settings.row.emplace_back(field, experiment::printed_form(value));
    }
  }

  void problem(const std::string& key, const std::string& text) {
    const std::string place = locate_ ? locate_("tune." + key) : "";
    problems.push_back(fmt::format("{}{}tune.{}: {}", place, place.empty() ? "" : ": ", key, text));
  }

  const Json& rest() const { return section_; }

  Problems problems;

 private:
  Json take(const char* key) {
    const auto found = section_.find(key);
    if (found == section_.end()) return nullptr;
    Json value = *found;
    section_.erase(found);
    return value;
  }

  Json section_;
  const config::Locate& locate_;
};

}  // namespace

TuneSettings read_tune_settings(const Json& section, const config::Locate& locate,
                                const std::vector<campaign::KnownMetrics>& known) {
  if (!section.is_object()) {
    throw usage_error(
        "a study to tune needs a section 'tune:' with at least a metric, as tune: {metric: "
        "accuracy, trials: 27, budget: {epoch: [1, 3, 9]}}");
  }
  TuneSettings settings;
  SectionReader reader(section, locate);
  reader.read_budget(settings);
  reader.read_row(settings);
  const auto below = [&](const std::string& path) { return locate ? locate("tune." + path) : ""; };
  for (std::string& text : config::load(reader.rest(), below, settings)) {
    reader.problems.push_back(std::move(text));
  }
  if (settings.metric.empty()) {
    reader.problem("metric", "is missing; say what to make better");
  } else if (settings.better.empty()) {
    const auto direction = campaign::direction_of(settings.metric, known);
    if (direction) settings.better = campaign::direction_name(*direction);
    if (!direction) reader.problem("better", "whether more of the metric is better is not known");
  }
  throw_if_any(reader.problems);
  return settings;
}

Json tune_section(const TuneSettings& settings) {
  TuneSettings plain = settings;
  Json out = config::to_json(plain);
  if (!settings.budget.empty()) out["budget"] = {{settings.budget, settings.budgets}};
  if (!settings.row.empty()) {
    out["row"] = Json::object();
    for (const auto& [field, value] : settings.row) out["row"][field] = value;
  }
  return out;
}

}  // namespace sciwright::tuning
