#include "energy/index_list.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace sciwright::energy {
namespace {

constexpr int kMaxIndex = 4095;

std::optional<int> parse_index(std::string_view text) {
  int index = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, index);
  if (error != std::errc() || rest != end || index < 0 || index > kMaxIndex) return {};
  return index;
}

/// Adds "3" or "1-3"; false for anything else.
bool add_range(std::string_view text, std::vector<int>& indices) {
  const std::size_t dash = text.find('-');
  const auto first = parse_index(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_index(text.substr(dash + 1));
  if (!first || !last || *first > *last) return false;
  for (int i = *first; i <= *last; ++i) {
    if (std::find(indices.begin(), indices.end(), i) == indices.end()) indices.push_back(i);
  }
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Nothing where a blank parts two digits.
std::optional<std::string> without_blanks(std::string_view text) {
  std::string plain;
  bool is_after_blank = false;
  for (const char c : text) {
    if (is_after_blank && is_digit(c) && !plain.empty() && is_digit(plain.back())) return {};
    is_after_blank = c == ' ';
    if (!is_after_blank) plain += c;
  }
  return plain;
}

/// Brackets group as in a host list; with nothing before or behind them they change nothing.
bool are_brackets_good(std::string_view text) {
  bool is_open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') {
      if (is_open || (i > 0 && text[i - 1] != ',')) return false;
      is_open = true;
    } else if (text[i] == ']') {
      if (!is_open || (i + 1 < text.size() && text[i + 1] != ',')) return false;
      is_open = false;
    }
  }
  return !is_open;
}

}  // namespace

std::optional<std::vector<int>> parse_index_list(const std::string& text) {
  std::optional<std::string> blankless = without_blanks(text);
  if (!blankless || !are_brackets_good(*blankless)) return {};
  std::string plain = *std::move(blankless);
  std::erase_if(plain, [](char c) { return c == '[' || c == ']'; });
  std::vector<int> indices;
  std::string_view rest = plain;
  while (true) {
    const std::size_t comma = rest.find(',');
    if (!add_range(rest.substr(0, comma), indices)) return {};
    if (comma == std::string_view::npos) return indices;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace sciwright::energy
