#include "base/text_table.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace sciwright {
namespace {

std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width, TextTable::Align align) {
  const std::string blanks(width - std::min(width, display_width(text)), ' ');
  return align == TextTable::Align::kLeft ? text + blanks : blanks + text;
}

std::string escaped(const std::string& cell) {
  std::string out;
  for (const char c : cell) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

}  // namespace

TextTable& TextTable::column(std::string header, Align align) {
  columns_.push_back({std::move(header), align});
  return *this;
}

TextTable& TextTable::row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) {
    throw Error(ErrorKind::kFailure, "a table row has another number of cells than columns");
  }
  rows_.push_back(std::move(cells));
  return *this;
}

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    widths.push_back(display_width(columns_[c].header));
    for (const auto& cells : rows_) widths[c] = std::max(widths[c], display_width(cells[c]));
  }
  return widths;
}

std::string TextTable::text() const {
  const std::vector<std::size_t> width = widths();
  std::string out;
  const auto line = [&](const auto& cell) {
    std::string text;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (c > 0) text += "  ";
      text += padded(cell(c), width[c], columns_[c].align);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  };
  line([&](std::size_t c) { return columns_[c].header; });
  line([&](std::size_t c) { return std::string(width[c], '-'); });
  for (const auto& cells : rows_) line([&](std::size_t c) { return cells[c]; });
  return out;
}

std::string TextTable::markdown() const {
  std::string out = "|";
  for (const Column& column : columns_) out += ' ' + escaped(column.header) + " |";
  out += "\n|";
  for (const Column& column : columns_) out += column.align == Align::kLeft ? "---|" : "---:|";
  out += '\n';
  for (const auto& cells : rows_) {
    out += '|';
    for (const std::string& cell : cells) out += ' ' + escaped(cell) + " |";
    out += '\n';
  }
  return out;
}

}  // namespace sciwright
