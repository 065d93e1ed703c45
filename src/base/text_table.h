#pragma once

#include <string>
#include <vector>

namespace sciwright {

/// A table of texts for a terminal or a Markdown page. Widths count code points, so UTF-8 lines up.
class TextTable final {
 public:
  enum class Align { kLeft, kRight };

  /// Starts a column. Numbers read best aligned right.
  TextTable& column(std::string header, Align align = Align::kRight);

  /// Adds a row; it must have one cell per column. An empty cell prints as empty, so write "–" for
  /// "not measured".
  TextTable& row(std::vector<std::string> cells);

  /// Header, rule and rows, columns two blanks apart, no trailing blanks.
  std::string text() const;

  /// GitHub's Markdown; `|` in cells is escaped.
  std::string markdown() const;

 private:
  struct Column {
    std::string header;
    Align align;
  };
  std::vector<std::size_t> widths() const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sciwright
