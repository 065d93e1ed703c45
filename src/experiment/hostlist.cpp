#include "experiment/hostlist.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>

#include "base/trimmed.h"

namespace sciwright::experiment {
namespace {

constexpr std::size_t kMaxItems = 100'000;
constexpr int kMaxBrackets = 100;  // each is a step of recursion

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Expands one text step by step; the first problem ends the work.
class Expander final {
 public:
  Expansion expand(std::string_view text) {
    std::vector<std::string> parts = split_outside_brackets(text);
    spread_prefix(parts);
    for (const std::string& part : parts) {
      if (!out_.problem.empty()) break;
      expand_part("", part);
    }
    if (!out_.problem.empty()) out_.items.clear();
    return std::move(out_);
  }

 private:
  void fail(std::string problem) {
    if (out_.problem.empty()) out_.problem = std::move(problem);
  }

  std::vector<std::string> split_outside_brackets(std::string_view text) {
    std::vector<std::string> parts;
    bool is_inside = false;
    int num_brackets = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (i == text.size() || (text[i] == ',' && !is_inside)) {
        const std::string_view part = trimmed(text.substr(start, i - start));
        if (!part.empty()) parts.emplace_back(part);
        start = i + 1;
      } else if (text[i] == '[' || text[i] == ']') {
        if (is_inside == (text[i] == '[')) {
          fail(fmt::format("'{}': brackets must come in pairs and not within each other", text));
        }
        is_inside = text[i] == '[';
        if (is_inside && ++num_brackets > kMaxBrackets) fail("a text with more than 100 brackets");
      }
    }
    if (is_inside) fail(fmt::format("'{}': a bracket is not closed", text));
    return parts;
  }

  static void spread_prefix(std::vector<std::string>& parts) {
    if (parts.empty()) return;
    const auto colon = parts[0].substr(0, parts[0].find('[')).find(':');
    if (colon == std::string::npos) return;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      if (parts[i].find(':') != std::string::npos) return;
    }
    const std::string prefix = parts[0].substr(0, colon + 1);
    for (std::size_t i = 1; i < parts.size(); ++i) parts[i] = prefix + parts[i];
  }

  /// `before` is finished text; `rest` may hold brackets.
  void expand_part(const std::string& before, std::string_view rest) {
    const auto open = rest.find('[');
    if (open == std::string_view::npos) {
      add(before + std::string(rest));
      return;
    }
    const auto close = rest.find(']', open);
    const std::string_view list = rest.substr(open + 1, close - open - 1);
    const std::string_view after = rest.substr(close + 1);
    const std::string start = before + std::string(rest.substr(0, open));
    std::size_t at = 0;
    while (at <= list.size() && out_.problem.empty()) {
      const auto comma = std::min(list.find(',', at), list.size());
      expand_range(start, trimmed(list.substr(at, comma - at)), after);
      at = comma + 1;
    }
  }

  void expand_range(const std::string& start, std::string_view range, std::string_view after) {
    const auto dash = range.find('-');
    const auto colon = dash == std::string_view::npos ? dash : range.find(':', dash);
    const std::string_view low_text = range.substr(0, dash);
    const auto low = whole_number(low_text);
    auto high = low;
    std::optional<std::uint64_t> step = 1;
    if (dash != std::string_view::npos)
      high = whole_number(range.substr(dash + 1, colon - dash - 1));
    if (colon != std::string_view::npos) step = whole_number(range.substr(colon + 1));
    if (!low || !high || !step || *step == 0) {
      return fail(
          fmt::format("[{}]: bad range; expected whole numbers, as in [1-3,7] or [0-10:2]", range));
    }
    if (*low > *high) return fail(fmt::format("[{}]: start > stop", range));
    if ((*high - *low) / *step >= kMaxItems) return too_many();
    const std::size_t width = low_text.starts_with('0') ? low_text.size() : 0;
    for (std::uint64_t number = *low; number <= *high && out_.problem.empty(); number += *step) {
      expand_part(fmt::format("{}{:0{}}", start, number, width), after);
      if (*high - number < *step) break;
    }
  }

  void add(std::string item) {
    if (out_.items.size() >= kMaxItems) return too_many();
    if (seen_.insert(item).second) out_.items.push_back(std::move(item));
  }

  void too_many() { fail(fmt::format("a list of more than {} values", kMaxItems)); }

  Expansion out_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

Expansion expand_hostlist(std::string_view text) { return Expander().expand(text); }

}  // namespace sciwright::experiment
