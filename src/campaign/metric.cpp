#include "campaign/metric.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "experiment/value_text.h"

namespace sciwright::campaign {
namespace {

constexpr std::array<std::string_view, 5> kSections = {"times_s", "energy", "io", "memory",
                                                       "details"};

/// The last parts of the numbers that every run has, and which way they get better.
constexpr std::array<std::pair<std::string_view, Direction>, 10> kOwnMetrics = {{
    {"joules", Direction::kLower},
    {"kwh", Direction::kLower},
    {"amount", Direction::kLower},
    {"grams", Direction::kLower},
    {"duration_s", Direction::kLower},
    {"data_wait_s", Direction::kLower},
    {"peak_bytes", Direction::kLower},
    {"stall_fraction", Direction::kLower},
    {"samples_per_joule", Direction::kHigher},
    {"gflops_per_watt", Direction::kHigher},
}};

/// "a.b.c" → "a" and "b.c".
std::pair<std::string_view, std::string_view> split_first(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

/// The value at a path. Keys may have dots, so longer beginnings of the path are
/// tried first.
const Json* find_in(const Json& root, std::string_view path) {
  if (path.empty()) return &root;
  if (root.is_array()) {
    const auto [first, rest] = split_first(path);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(first.data(), first.data() + first.size(), index);
    const bool is_index = error == std::errc{} && end == first.data() + first.size();
    return is_index && index < root.size() ? find_in(root[index], rest) : nullptr;
  }
  if (!root.is_object()) return nullptr;
  for (std::size_t length = path.size(); length != std::string_view::npos && length > 0;
       length = path.rfind('.', length - 1)) {
    const auto member = root.find(std::string(path.substr(0, length)));
    if (member == root.end()) continue;
    const Json* value = find_in(*member, path.substr(std::min(length + 1, path.size())));
    if (value != nullptr) return value;
  }
  return nullptr;
}

bool is_chosen(const Json& row, const RowChoice& choice) {
  return std::ranges::all_of(choice, [&](const auto& field) {
    const Json* value = find_in(row, field.first);
    return value != nullptr && experiment::printed_form(*value) == field.second;
  });
}

const Json* chosen_row(const record::RunResult& result, const RowChoice& choice) {
  if (!result.scores.is_array()) return nullptr;
  const auto row = std::ranges::find_if(
      result.scores, [&](const Json& candidate) { return is_chosen(candidate, choice); });
  return row == result.scores.end() ? nullptr : &*row;
}

const Json* section_of(const record::RunResult& result, std::string_view name) {
  if (name == "energy") return &result.energy;
  if (name == "io") return &result.io;
  if (name == "memory") return &result.memory;
  return name == "details" ? &result.details : nullptr;
}

void add_number_paths(const Json& value, const std::string& path, std::vector<std::string>& out) {
  if (value.is_number()) {
    out.push_back(path);
  } else if (value.is_object()) {
    const std::string above = path.empty() ? "" : path + ".";
    for (const auto& [key, item] : value.items()) {
      add_number_paths(item, above + key, out);
    }
  }
}

/// Whether `name` is the path or stands for all below it.
bool covers(std::string_view name, std::string_view path) {
  return path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '.');
}

}  // namespace

RowChoice parse_row_choice(const std::vector<std::string>& texts) {
  RowChoice choice;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      throw usage_error(fmt::format("--row {}: expected FIELD=VALUE, as subset=land", text));
    }
    choice.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return choice;
}

Json value_at(const record::RunResult& result, std::string_view path, const RowChoice& row) {
  if (path == "benchmark") return result.benchmark;
  if (path == "model") return result.model.empty() ? Json() : Json(result.model);
  if (path == "seed") return result.seed;
  const auto [first, rest] = split_first(path);
  if (first == "times_s") {
    const auto found = result.times_s.find(std::string(rest));
    return found == result.times_s.end() || !found->second ? Json() : Json(*found->second);
  }
  const Json* section = section_of(result, first);
  const Json* root = section == nullptr ? chosen_row(result, row) : section;
  const Json* value = root == nullptr ? nullptr : find_in(*root, section == nullptr ? path : rest);
  return value == nullptr ? Json() : *value;
}

std::optional<double> number_at(const record::RunResult& result, std::string_view path,
                                const RowChoice& row) {
  const Json value = value_at(result, path, row);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::vector<std::string> number_paths(const record::RunResult& result, const RowChoice& row) {
  std::vector<std::string> out;
  if (const Json* scores = chosen_row(result, row)) add_number_paths(*scores, "", out);
  for (const auto& [name, seconds] : result.times_s) {
    if (seconds) out.push_back("times_s." + name);
  }
  for (const char* section : {"energy", "io", "memory", "details"}) {
    add_number_paths(*section_of(result, section), section, out);
  }
  return out;
}

bool depends_on_system(std::string_view path) {
  return split_first(path).first != "details"
             ? std::ranges::find(kSections, split_first(path).first) != kSections.end()
             : covers("details.timing", path) || path.ends_with("_s");
}

std::optional<Direction> direction_of(std::string_view path,
                                      const std::vector<KnownMetrics>& known) {
  const auto [first, rest] = split_first(path);
  if (first == "times_s") return Direction::kLower;
  if (depends_on_system(path)) {
    for (const auto& [name, direction] : kOwnMetrics) {
      if (path.ends_with(name)) return direction;
    }
    return std::nullopt;
  }
  if (first == "baselines") return direction_of(split_first(rest).second, known);
  for (const KnownMetrics& benchmark : known) {
    for (const auto& [name, direction] : benchmark.metrics) {
      if (covers(name, path)) return direction;
    }
  }
  return std::nullopt;
}

std::string_view direction_name(Direction direction) {
  return direction == Direction::kHigher ? "higher" : "lower";
}

}  // namespace sciwright::campaign
