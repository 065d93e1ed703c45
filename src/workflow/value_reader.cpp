#include "workflow/value_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.h"
#include "base/suggestion.h"

namespace sciwright::workflow {
namespace {

using io::YamlNode;

constexpr std::string_view kMark = "{param.";

/// "'retries'", or "this entry" of a list.
std::string subject(const YamlNode& node) {
  return node.key.empty() ? "this entry" : fmt::format("'{}'", node.key);
}

std::string found_text(const YamlNode& node) {
  if (node.is_map()) return "a section";
  if (node.is_list()) return "a list";
  return node.is_null() ? "empty" : fmt::format("'{}'", node.text);
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Megabytes in one of the unit.
double megabytes_of(char unit) {
  switch (unit) {
    case 'K':
      return 1.0 / 1024;
    case 'G':
      return 1024;
    case 'T':
      return 1024 * 1024;
    default:
      return unit == 'M' ? 1 : 0;
  }
}

std::optional<int> parse_memory_mb(std::string_view text) {
  if (text.ends_with('B')) text.remove_suffix(1);
  double unit_mb = 1;
  if (!text.empty() && std::isdigit(static_cast<unsigned char>(text.back())) == 0) {
    unit_mb = megabytes_of(text.back());
    text.remove_suffix(1);
  }
  const auto number = parsed<double>(text);
  if (!number || unit_mb == 0) return std::nullopt;
  const double megabytes = *number * unit_mb;
  if (!(megabytes >= 1) || megabytes > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(megabytes);
}

}  // namespace

void PlacedProblems::add(const YamlNode& at, const std::string& text) {
  rows_.emplace_back(at.line, at.column,
                     fmt::format("{}:{}:{}: {}", file_, at.line, at.column, text));
}

void PlacedProblems::add_all(const YamlNode& at, const Problems& problems) {
  for (const std::string& problem : problems) rows_.emplace_back(at.line, at.column, problem);
}

Problems PlacedProblems::sorted() const {
  auto rows = rows_;
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  Problems out;
  for (auto& [line, column, text] : rows) out.push_back(std::move(text));
  return out;
}

void ValueReader::wrong(const YamlNode& node, std::string_view expected) {
  problem(node, fmt::format("{} is {}, must be {}", subject(node), found_text(node), expected));
}

void ValueReader::unknown_key(const YamlNode& node, const std::vector<std::string>& known) {
  problem(node, fmt::format("unknown key '{}'{}", node.key, did_you_mean(node.key, known)));
}

bool ValueReader::is_map(const YamlNode& node) {
  if (node.is_map() || node.is_null()) return true;
  wrong(node, "a section with keys of its own");
  return false;
}

std::string ValueReader::substituted(const YamlNode& node) {
  std::string out;
  std::string_view rest = node.text;
  for (auto at = rest.find(kMark); at != std::string_view::npos; at = rest.find(kMark)) {
    const auto end = rest.find('}', at);
    if (end == std::string_view::npos) break;
    const std::string name(rest.substr(at + kMark.size(), end - at - kMark.size()));
    const auto value = parameters_.find(name);
    out += rest.substr(0, at);
    if (value == parameters_.end()) {
      std::vector<std::string> known;
      for (const auto& [key, text] : parameters_) known.push_back(key);
      problem(node, fmt::format("there is no parameter '{}'{}", name, did_you_mean(name, known)));
    } else {
      out += value->second;
    }
    rest.remove_prefix(end + 1);
  }
  return out + std::string(rest);
}

std::string ValueReader::text(const YamlNode& node) {
  if (node.is_map() || node.is_list()) {
    wrong(node, "a text");
    return {};
  }
  if (node.text.find('\0') != std::string::npos) {
    wrong(node, "a text without zero bytes");
    return {};
  }
  if (node.is_null()) return {};
  return node.text.find(kMark) == std::string::npos ? node.text : substituted(node);
}

std::vector<std::string> ValueReader::texts(const YamlNode& node) {
  if (node.is_null()) return {};
  if (node.is_scalar()) return {text(node)};
  if (!node.is_list()) {
    wrong(node, "a list of texts");
    return {};
  }
  std::vector<std::string> out;
  for (const YamlNode& item : node.items) out.push_back(text(item));
  return out;
}

std::map<std::string, std::string> ValueReader::text_map(const YamlNode& node) {
  std::map<std::string, std::string> out;
  if (!is_map(node)) return out;
  for (const YamlNode& item : node.items) out[item.key] = text(item);
  return out;
}

int ValueReader::whole(const YamlNode& node, int low, int high) {
  const auto number = node.is_scalar() ? parsed<int>(text(node)) : std::nullopt;
  if (number && *number >= low && *number <= high) return *number;
  wrong(node, fmt::format("a whole number from {} to {}", low, high));
  return low;
}

double ValueReader::number(const YamlNode& node, double low, double high) {
  const auto number = node.is_scalar() ? parsed<double>(text(node)) : std::nullopt;
  if (number && *number >= low && *number <= high) return *number;
  wrong(node, fmt::format("a number from {} to {}", low, high));
  return low;
}

double ValueReader::duration_s(const YamlNode& node) {
  try {
    return parse_duration_s(node.is_scalar() ? text(node) : "");
  } catch (const Error&) {  // gathered with the others instead of ending the reading
    wrong(node, "a duration such as 90s, 1h30m or 01:30:00");
    return 0;
  }
}

int ValueReader::memory_mb(const YamlNode& node) {
  const auto megabytes = node.is_scalar() ? parse_memory_mb(text(node)) : std::nullopt;
  if (!megabytes) wrong(node, "an amount of memory such as 4G, 512M, or megabytes");
  return megabytes.value_or(0);
}

std::optional<std::size_t> ValueReader::word(const YamlNode& node,
                                             const std::vector<std::string>& words) {
  const std::string found = node.is_scalar() ? text(node) : "";
  const auto at = std::find(words.begin(), words.end(), found);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  wrong(node, fmt::format("one of {}{}", fmt::join(words, ", "), did_you_mean(found, words)));
  return std::nullopt;
}

}  // namespace sciwright::workflow
