#include "experiment/parameter_space.h"

#include <algorithm>

#include <fmt/format.h>

#include "experiment/references.h"

namespace sciwright::experiment {
namespace {

/// A value that is made from others belongs into the config, but not into the name.
bool is_derived(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.starts_with("eval(") || !find_references(text).empty();
}

}  // namespace

Choice::Choice(const std::string& parameter, Json value_in)
    : value(std::move(value_in)), operand(experiment::operand(value)) {
  if (!is_derived(value)) {
    name_text = file_name_text(parameter, true) + "_" + file_name_text(printed_form(value));
  }
}

Point ParameterSpace::make_point() const {
  Point point;
  point.choices.resize(names_.size());
  point.operands.resize(names_.size());
  point.digits.resize(axes_.size());
  point.drawn.resize(names_.size());
  point.sampler = sampler_;
  if (sampled_axis_) point.units.resize(axes_[*sampled_axis_].parameters.size());
  return point;
}

bool ParameterSpace::holds(const Condition& condition, const Point& point) const {
  const Evaluation result = condition.expression.evaluate(point.operands);
  if (!result.problem.empty()) {
    throw usage_error(
        fmt::format("{}: {} (in {})", condition.place, result.problem, assignment(point)));
  }
  return is_true(result.value) == condition.keeps;
}

const Choice* ParameterSpace::choice_of(std::size_t parameter, Point& point) const {
  const std::size_t axis = axis_of_[parameter];
  if (!distributions_[parameter]) return &choices_[parameter][point.digits[axis]];
  const auto& members = axes_[axis].parameters;
  const auto member = std::find(members.begin(), members.end(), parameter) - members.begin();
  return &point.drawn[parameter].emplace(
      names_[parameter],
      drawn_value(*distributions_[parameter], point.units[static_cast<std::size_t>(member)]));
}

void ParameterSpace::choose_digits(std::uint64_t index, Point& point) const {
  for (std::size_t axis = axes_.size(); axis-- > 0;) {
    point.digits[axis] = index % axes_[axis].size;
    index /= axes_[axis].size;
  }
}

bool ParameterSpace::combine(std::uint64_t index, Point& point) const {
  choose_digits(index, point);
  if (sampled_axis_) point.sampler->point(point.digits[*sampled_axis_], point.units);
  return settle(point);
}

/// Looks the chosen values up and asks the conditions.
bool ParameterSpace::settle(Point& point) const {
  std::fill(point.operands.begin(), point.operands.end(), nullptr);
  for (std::size_t p = 0; p < names_.size(); ++p) {
    const bool applies = !whens_[p] || holds(*whens_[p], point);
    point.choices[p] = applies ? choice_of(p, point) : nullptr;
    point.operands[p] = applies ? &point.choices[p]->operand : nullptr;
  }
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    // Where none of its parameters applies, the values of an axis give one experiment, not many.
    const auto applies = [&](std::size_t p) { return point.choices[p] != nullptr; };
    if (point.digits[axis] > 0 && std::ranges::none_of(axes_[axis].parameters, applies)) {
      return false;
    }
  }
  return std::ranges::all_of(conditions_,
                             [&](const Condition& condition) { return holds(condition, point); });
}

void ParameterSpace::include(std::uint64_t index, Point& point) const {
  const auto& given = includes_[index / num_repeats_];
  for (std::size_t p = 0; p < names_.size(); ++p) {
    if (axis_of_[p] + 1 == axes_.size() && num_repeats_ > 1) {
      point.choices[p] = &choices_[p][index % num_repeats_];
    } else {
      point.choices[p] = given[p] ? &*given[p] : nullptr;
    }
  }
}

bool ParameterSpace::at(std::uint64_t index, Point& point) const {
  if (index < num_products_) return combine(index, point);
  include(index - num_products_, point);
  return true;
}

std::vector<std::string> ParameterSpace::drawn_names() const {
  std::vector<std::string> out;
  if (!sampled_axis_) return out;
  for (const std::size_t p : axes_[*sampled_axis_].parameters) out.push_back(names_[p]);
  return out;
}

const Distribution* ParameterSpace::distribution(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return nullptr;
  const auto& distribution = distributions_[static_cast<std::size_t>(found - names_.begin())];
  return distribution ? &*distribution : nullptr;
}

bool ParameterSpace::at_units(std::uint64_t index, std::span<const double> units,
                              Point& point) const {
  choose_digits(index, point);
  point.units.assign(units.begin(), units.end());
  return settle(point);
}

std::string ParameterSpace::name(const Point& point) const {
  std::string out;
  for (const Choice* choice : point.choices) {
    if (choice == nullptr || choice->name_text.empty()) continue;
    if (!out.empty()) out += '_';
    out += choice->name_text;
  }
  return out.empty() ? "experiment" : out;
}

std::string ParameterSpace::assignment(const Point& point) const {
  std::string out;
  for (std::size_t p = 0; p < names_.size(); ++p) {
    if (point.choices[p] == nullptr) continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : " ", names_[p],
                       printed_form(point.choices[p]->value));
  }
  return out;
}

Json ParameterSpace::values(const Point& point) const {
  Json out = Json::object();
  for (std::size_t p = 0; p < names_.size(); ++p) {
    if (point.choices[p] != nullptr) out[names_[p]] = point.choices[p]->value;
  }
  return out;
}

}  // namespace sciwright::experiment
