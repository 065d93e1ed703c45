#include "server/definition_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace sciwright::server {
namespace {

/// With their ends.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!lines.empty() && !lines.back().ends_with('\n')) lines.back() += '\n';
  return lines;
}

/// The column of the first letter; nothing counts in a comment or a blank line.
std::size_t indent_of(const std::string& line) { return line.find_first_not_of(" \t\r\n"); }

bool says_nothing(const std::string& line) {
  const std::size_t begin = indent_of(line);
  return begin == std::string::npos || line[begin] == '#';
}

/// The line behind an entry; 0 where it is not the first of its line.
std::size_t end_of(const std::vector<std::string>& lines, EntryPlace place) {
  const auto begin = static_cast<std::size_t>(place.line);
  const auto column = static_cast<std::size_t>(place.column);
  if (place.line < 0 || begin >= lines.size() || indent_of(lines[begin]) != column) return 0;
  const bool is_item = lines[begin][column] == '-';
  std::size_t end = begin + 1;
  for (std::size_t i = end; i < lines.size(); ++i) {
    if (says_nothing(lines[i])) continue;
    const std::size_t indent = indent_of(lines[i]);
    // Items may stand as deep as the key of their list.
    const bool is_within =
        indent > column || (indent == column && !is_item && lines[i][indent] == '-');
    if (!is_within) break;
    end = i + 1;
  }
  return end;
}

std::string indented(const std::string& entry, int column) {
  std::string out;
  for (const std::string& line : lines_of(entry)) {
    out += std::string(static_cast<std::size_t>(column), ' ') + line;
  }
  return out;
}

std::string joined(const std::vector<std::string>& lines, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) text += lines[i];
  return text;
}

}  // namespace

std::string replace_entry(const std::string& text, EntryPlace place, const std::string& entry) {
  const std::vector<std::string> lines = lines_of(text);
  const std::size_t end = end_of(lines, place);
  if (end == 0) return text;
  return joined(lines, 0, static_cast<std::size_t>(place.line)) + indented(entry, place.column) +
         joined(lines, end, lines.size());
}

std::string insert_behind(const std::string& text, EntryPlace place, const std::string& entry) {
  const std::vector<std::string> lines = lines_of(text);
  const std::size_t end = end_of(lines, place);
  if (end == 0) return text;
  return joined(lines, 0, end) + indented(entry, place.column) + joined(lines, end, lines.size());
}

}  // namespace sciwright::server
