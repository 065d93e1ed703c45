#include "record/psql_table.h"

#include <algorithm>

namespace sciwright::record {
namespace {

constexpr std::size_t kMinHeaderPadding = 2;

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Characters from the decimal point (with it) to the end; 0 without a point.
std::size_t after_point(const std::string& number) {
  const std::size_t point = number.find('.');
  return point == std::string::npos ? 0 : number.size() - point;
}

/// Pads numbers on the right until their points stand in one column.
void align_points(std::vector<std::string>& cells) {
  std::size_t most = 0;
  for (const std::string& cell : cells) most = std::max(most, after_point(cell));
  for (std::string& cell : cells) cell.append(most - after_point(cell), ' ');
}

std::string padded(const std::string& text, std::size_t to_width, bool right) {
  const std::string blanks(to_width - width(text), ' ');
  return right ? blanks + text : text + blanks;
}

/// A column's lines, header first, all of one width.
std::vector<std::string> lines_of(PsqlColumn column) {
  const bool right = column.numeric && std::any_of(column.cells.begin(), column.cells.end(),
                                                   [](const auto& c) { return !c.empty(); });
  if (right) align_points(column.cells);
  std::size_t widest = width(column.header) + kMinHeaderPadding;
  for (const std::string& cell : column.cells) widest = std::max(widest, width(cell));
  std::vector<std::string> lines = {padded(column.header, widest, right)};
  for (const std::string& cell : column.cells) lines.push_back(padded(cell, widest, right));
  return lines;
}

}  // namespace

std::string psql_table(const std::vector<PsqlColumn>& columns) {
  std::vector<std::string> rows;
  std::string rule;
  for (const PsqlColumn& column : columns) {
    const std::vector<std::string> lines = lines_of(column);
    rows.resize(lines.size());
    for (std::size_t r = 0; r < lines.size(); ++r) {
      rows[r] += (rule.empty() ? "| " : " | ") + lines[r];
    }
    rule += '+' + std::string(width(lines.front()) + 2, '-');
  }
  std::string out = rule + "+\n" + rows.front() + " |\n|" + rule.substr(1) + "|\n";
  for (std::size_t r = 1; r < rows.size(); ++r) out += rows[r] + " |\n";
  return out + rule + '+';
}

}  // namespace sciwright::record
