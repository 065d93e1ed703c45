#include "record/predicates.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sciwright::record {
namespace {

constexpr double kRelativeTolerance = 1e-9;  // as Python's math.isclose
constexpr double kMsPerMinute = 60'000;

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A value as it is shown in a message: not longer than a line.
std::string shown(const Json& value) {
  constexpr std::size_t kMostChars = 80;
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kMostChars) text = text.substr(0, kMostChars) + "...";
  return text;
}

bool same(const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) return a == b;
  const double x = a.get<double>();
  const double y = b.get<double>();
  return std::abs(x - y) <= kRelativeTolerance * std::max(std::abs(x), std::abs(y));
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number_integer();
  if (type == "text") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  return value.is_array();
}

/// "at least 0.8", nothing for a predicate that does not compare numbers.
std::string comparison_text(const std::string& name, const Json& argument) {
  if (name == "above") return "above " + plain(argument);
  if (name == "at_least") return "at least " + plain(argument);
  if (name == "below") return "below " + plain(argument);
  if (name == "at_most") return "at most " + plain(argument);
  return {};
}

bool compares(const std::string& name, double value, double bound) {
  if (name == "above") return value > bound;
  if (name == "at_least") return value >= bound;
  if (name == "below") return value < bound;
  return value <= bound;
}

std::optional<Violation> comparison_violation(const std::string& name, const Json& argument,
                                              const Json& value) {
  const std::string text = comparison_text(name, argument);
  if (!value.is_number()) {
    return Violation{"must be a number " + text, shown(value), "log a number, without quotes"};
  }
  if (compares(name, value.get<double>(), argument.get<double>())) return {};
  return Violation{"must be " + text, shown(value),
                   "log a value " + text +
                       "; a measured one stays as it is: train longer, or with other settings"};
}

/// Of the predicates that look at one JSON value.
std::optional<Violation> value_violation(const std::string& name, const Json& argument,
                                         const Json& value) {
  if (!comparison_text(name, argument).empty()) return comparison_violation(name, argument, value);
  bool holds = true;
  std::string asked;  // continues both "must be " and "log "
  if (name == "not_empty") {
    holds = value != Json("") && value != Json::object() && !value.is_null();
    asked = "something that is not empty";
  } else if (name == "type") {
    holds = has_type(value, argument.get<std::string>());
    asked = "a value of the type " + plain(argument);
  } else if (name == "one_of") {
    holds = std::any_of(argument.begin(), argument.end(),
                        [&](const Json& item) { return same(item, value); });
    std::vector<std::string> items;
    for (const Json& item : argument) items.push_back(plain(item));
    asked = fmt::format("one of {}", fmt::join(items, ", "));
  } else if (name == "equals") {
    holds = same(argument, value);
    asked = plain(argument);
  } else if (name == "length") {
    holds = value.is_array() && same(Json(value.size()), argument);
    asked = "a list of " + plain(argument);
  }
  if (holds) return {};
  return Violation{"must be " + asked, shown(value), "log " + asked};
}

const MllogRecord* first_of(const MllogText& log, const std::string& key) {
  const auto it = std::find_if(log.records.begin(), log.records.end(),
                               [&](const MllogRecord& r) { return r.key == key; });
  return it == log.records.end() ? nullptr : &*it;
}

/// Of the predicates that look at the record's place in the log.
std::optional<Violation> record_violation(const std::string& name, const Json& argument,
                                          const RuleCheck& check, const MllogRecord& record,
                                          const MllogText& log) {
  const std::string key = plain(argument);
  if (name == "event_type" && record.event_type != key) {
    return Violation{"must be logged as " + key, shown(record.event_type),
                     "log it with the event type " + key};
  }
  const MllogRecord* other = first_of(log, name == "within_minutes" ? check.of_first : key);
  const bool other_is_earlier = other != nullptr && other->line < record.line;
  if (name == "after" && !other_is_earlier) {
    return Violation{"must come after " + key, "no " + key + " before it", "log " + key + " first"};
  }
  if (name == "before" && other_is_earlier) {
    return Violation{"must come before " + key, fmt::format("{} in line {}", key, other->line),
                     "log it before " + key};
  }
  if (name == "within_minutes" && other_is_earlier) {
    const double minutes = static_cast<double>(record.time_ms - other->time_ms) / kMsPerMinute;
    if (minutes < argument.get<double>()) return {};
    return Violation{
        fmt::format("must come less than {} minutes after the first {}", key, check.of_first),
        fmt::format("{:.1f} minutes", minutes), "shorten what is done between the two"};
  }
  return {};
}

/// Of the predicates that look for the other end of an interval, from the record outwards: it is
/// near.
std::optional<Violation> pair_violation(const std::string& name, const Json& argument,
                                        const RuleCheck& check, const Json& value,
                                        const MllogRecord& record, const MllogText& log) {
  const auto is_other_end = [&](const MllogRecord& other) {
    if (other.key != argument) return false;
    return std::any_of(check.names.begin(), check.names.end(), [&](const std::string& entry) {
      return other.metadata.contains(entry) && same(other.metadata[entry], value);
    });
  };
  const auto here = log.records.begin() + (&record - log.records.data());
  const bool is_later = name == "later_in";
  const bool found =
      is_later ? std::any_of(here + 1, log.records.end(), is_other_end)
               : std::any_of(std::make_reverse_iterator(here), log.records.rend(), is_other_end);
  if (found) return {};
  const std::string key = plain(argument);
  return Violation{fmt::format("must also be that of {} {} it", key, is_later ? "after" : "before"),
                   fmt::format("{} without one", shown(value)),
                   fmt::format("log both ends of each interval with the same {}",
                               fmt::join(check.names, " or "))};
}

bool is_about_pairs(const std::string& name) { return name == "earlier_in" || name == "later_in"; }

bool is_about_record(const std::string& name) {
  return name == "event_type" || name == "after" || name == "before" || name == "within_minutes";
}

/// StopWatch and others log objects as the text of a Python literal.
Json unpacked(const Json& value) {
  if (!value.is_string()) return value;
  const auto& text = value.get_ref<const std::string&>();
  if (!text.starts_with('{')) return value;
  return parse_json_or_python(text).value_or(value);
}

const Json* field_at(const Json& value, std::string_view path) {
  const Json* at = &value;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  return at;
}

/// What the check looks at: a value, and how a message calls it.
struct Target {
  std::string name;
  std::optional<Json> value;
};

Target target_of(const RuleCheck& check, const MllogRecord& record) {
  const Json value = unpacked(record.value);
  if (check.subject == Subject::kValue) return {"the value", value};
  const bool is_metadata = check.subject == Subject::kMetadata;
  const std::string kind = is_metadata ? "metadata " : "field ";
  for (const std::string& name : check.names) {
    const Json* found = is_metadata
                            ? (record.metadata.contains(name) ? &record.metadata[name] : nullptr)
                            : field_at(value, name);
    if (found != nullptr) return {kind + name, *found};
  }
  return {kind + fmt::format("{}", fmt::join(check.names, " or ")), {}};
}

}  // namespace

std::optional<Violation> find_violation(const RuleCheck& check, const MllogRecord& record,
                                        const MllogText& log) {
  const Target target = target_of(check, record);
  if (!target.value) {
    // Nothing to pair; that it is missing is for another check to say.
    if (std::all_of(check.predicates.begin(), check.predicates.end(),
                    [](const auto& predicate) { return is_about_pairs(predicate.first); }) &&
        !check.predicates.empty()) {
      return {};
    }
    return Violation{target.name + " must be there", "none",
                     fmt::format("add \"{}\"", check.names.empty() ? "" : check.names[0])};
  }
  for (const auto& [name, argument] : check.predicates) {
    if (is_about_record(name)) {
      if (auto violation = record_violation(name, argument, check, record, log)) return violation;
      continue;
    }
    auto violation = is_about_pairs(name)
                         ? pair_violation(name, argument, check, *target.value, record, log)
                         : value_violation(name, argument, *target.value);
    if (violation) {
      violation->rule = target.name + ' ' + violation->rule;
      return violation;
    }
  }
  return {};
}

}  // namespace sciwright::record
