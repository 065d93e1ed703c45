#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/python_json.h"

namespace sciwright::report {

using record::Json;

/// Nothing, a text, or a number. (Not a variant: GCC 12 warns wrongly about lists of them.)
struct Cell {
  Cell() = default;
  Cell(double value) : number(value) {}
  Cell(std::optional<double> value) : number(value) {}
  Cell(std::string value) : text(std::move(value)) {}
  Cell(const char* value) : text(value) {}

  bool is_empty() const { return !number && text.empty(); }

  std::optional<double> number = {};
  std::string text = {};  ///< Where there is no number.
};

/// A column of a table.
struct TableColumn {
  std::string key;    ///< In CSV and JSON: "standard_deviation".
  std::string title;  ///< For people: "sd".
  int digits = 4;     ///< Significant ones that people see of its numbers.
};

/// A table of a report.
struct Table {
  std::string key;    ///< In JSON: "leaderboard".
  std::string title;  ///< A sentence above it.
  std::vector<TableColumn> columns = {};
  std::vector<std::vector<Cell>> rows = {};  ///< As many cells as columns each.
  std::vector<std::string> notes = {};       ///< Sentences below it: warnings, how to read it.
  std::size_t most_rows = 0;                 ///< People see so many rows at most; 0: all.

  /// Adds a column and returns its place.
  std::size_t column(std::string key, std::string title, int digits = 4);
};

/// Takes out the columns that no row has anything in.
void drop_empty_columns(Table& table);

/// The forms in which tables are written.
enum class TableForm { kText, kMarkdown, kLatex, kCsv, kJson };

/// What a command has to say.
struct Document {
  std::string command;  ///< "report", "compare", "predict".
  std::vector<Table> tables = {};
  std::vector<std::string> notes = {};  ///< Of the whole.
  Json facts = Json::object();          ///< Further members of the JSON form.
};

/// A number for people: so many significant digits, no exponent between 0.0001 and 10^7.
std::string number_text(double value, int digits);

/// The document in a form: CSV with full numbers, a blank line and "# title" between tables; JSON
/// with schema_version, command, tables (rows as objects) and notes; LaTeX with booktabs.
std::string document_text(const Document& document, TableForm form);

}  // namespace sciwright::report
