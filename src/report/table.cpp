#include "report/table.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text_table.h"
#include "record/csv_record.h"

namespace sciwright::report {
namespace {

constexpr int kSchemaVersion = 1;
constexpr const char* kNothing = "–";

std::string shown(const Cell& cell, int digits) {
  if (cell.is_empty()) return kNothing;
  return cell.number ? number_text(*cell.number, digits) : cell.text;
}

bool is_text_column(const Table& table, std::size_t column) {
  return std::ranges::any_of(table.rows,
                             [&](const auto& row) { return !row[column].text.empty(); });
}

std::size_t num_shown(const Table& table) {
  return table.most_rows == 0 ? table.rows.size() : std::min(table.most_rows, table.rows.size());
}

TextTable text_table(const Table& table) {
  TextTable out;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    out.column(table.columns[i].title,
               is_text_column(table, i) ? TextTable::Align::kLeft : TextTable::Align::kRight);
  }
  for (std::size_t r = 0; r < num_shown(table); ++r) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      cells.push_back(shown(table.rows[r][i], table.columns[i].digits));
    }
    out.row(std::move(cells));
  }
  return out;
}

/// "… and 80 more rows" where people do not see all.
std::string rest_text(const Table& table) {
  const std::size_t rest = table.rows.size() - num_shown(table);
  return rest == 0 ? "" : fmt::format("… and {} more (all in --csv and --json)\n", rest);
}

std::string plain(const Document& document) {
  std::string out;
  for (const Table& table : document.tables) {
    out += table.title + "\n" + text_table(table).text() + rest_text(table);
    for (const std::string& note : table.notes) out += "  " + note + "\n";
    out += "\n";
  }
  for (const std::string& note : document.notes) out += note + "\n";
  return out;
}

std::string markdown(const Document& document) {
  std::string out;
  for (const Table& table : document.tables) {
    out += "### " + table.title + "\n\n" + text_table(table).markdown() + "\n";
    if (const std::string rest = rest_text(table); !rest.empty()) out += rest + "\n";
    for (const std::string& note : table.notes) out += "- " + note + "\n";
    out += table.notes.empty() ? "" : "\n";
  }
  for (const std::string& note : document.notes) out += "- " + note + "\n";
  return out;
}

std::string latex_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("&%$#_{}").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if (c == '\\') {
      out += "\\textbackslash{}";
    } else if (c == '~') {
      out += "\\textasciitilde{}";
    } else if (c == '^') {
      out += "\\textasciicircum{}";
    } else {
      out += c;
    }
  }
  return out;
}

std::string latex_rows(const Table& table) {
  std::string out;
  for (std::size_t r = 0; r < num_shown(table); ++r) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const std::string text = shown(table.rows[r][i], table.columns[i].digits);
      out += (i == 0 ? "" : " & ") + (text == kNothing ? "--" : latex_text(text));
    }
    out += " \\\\\n";
  }
  return out;
}

std::string latex(const Document& document) {
  std::string out;
  for (const Table& table : document.tables) {
    std::string layout;
    std::string header;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      layout += is_text_column(table, i) ? 'l' : 'r';
      header += (i == 0 ? "" : " & ") + latex_text(table.columns[i].title);
    }
    out += fmt::format(
        "\\begin{{table}}\n\\caption{{{}}}\n\\begin{{tabular}}{{{}}}\n\\toprule\n{} "
        "\\\\\n\\midrule\n{}\\bottomrule\n\\end{{tabular}}\n",
        latex_text(table.title), layout, header, latex_rows(table));
    for (const std::string& note : table.notes) {
      out += fmt::format("\\par\\footnotesize {}\n", latex_text(note));
    }
    out += "\\end{table}\n\n";
  }
  return out;
}

std::string exact(const Cell& cell) {
  return cell.number ? fmt::format("{}", *cell.number) : cell.text;
}

std::string csv(const Document& document) {
  std::string out;
  for (const Table& table : document.tables) {
    if (document.tables.size() > 1) {
      out += (out.empty() ? "# " : "\n# ") + table.title + "\n";
    }
    std::vector<std::string> cells;
    for (const TableColumn& column : table.columns) cells.push_back(column.key);
    out += record::csv_record(cells) + "\n";
    for (const auto& row : table.rows) {
      cells.clear();
      for (const Cell& one : row) cells.push_back(exact(one));
      out += record::csv_record(cells) + "\n";
    }
  }
  return out;
}

Json json_of(const Cell& cell) {
  if (cell.number) return std::isfinite(*cell.number) ? Json(*cell.number) : Json();
  return cell.text.empty() ? Json() : Json(cell.text);
}

std::string json(const Document& document) {
  Json tables = Json::array();
  for (const Table& table : document.tables) {
    Json rows = Json::array();
    for (const auto& row : table.rows) {
      Json object = Json::object();
      for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i].key] = json_of(row[i]);
      rows.push_back(std::move(object));
    }
    Json columns = Json::array();
    for (const TableColumn& column : table.columns) columns.push_back(column.key);
    tables.push_back({{"key", table.key},
                      {"title", table.title},
                      {"columns", std::move(columns)},
                      {"rows", std::move(rows)},
                      {"notes", table.notes}});
  }
  Json out = document.facts;
  out["schema_version"] = kSchemaVersion;
  out["command"] = document.command;
  out["tables"] = std::move(tables);
  out["notes"] = document.notes;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::size_t Table::column(std::string name, std::string heading, int num_digits) {
  columns.push_back({std::move(name), std::move(heading), num_digits});
  return columns.size() - 1;
}

void drop_empty_columns(Table& table) {
  for (std::size_t c = table.columns.size(); c-- > 0;) {
    const bool is_empty =
        std::ranges::all_of(table.rows, [&](const auto& row) { return row[c].is_empty(); });
    if (!is_empty || table.rows.empty()) continue;
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(c));
    for (auto& row : table.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
  }
}

std::string number_text(double value, int digits) {
  if (!std::isfinite(value)) return kNothing;
  if (value == std::round(value) && std::abs(value) < 1e7) return fmt::format("{:.0f}", value);
  const double size = std::abs(value);
  if (size < 1e-4 || size >= 1e7) return fmt::format("{:.{}g}", value, digits);
  const int whole_digits = static_cast<int>(std::floor(std::log10(size))) + 1;
  return fmt::format("{:.{}f}", value, std::max(0, digits - whole_digits));
}

std::string document_text(const Document& document, TableForm form) {
  switch (form) {
    case TableForm::kMarkdown:
      return markdown(document);
    case TableForm::kLatex:
      return latex(document);
    case TableForm::kCsv:
      return csv(document);
    case TableForm::kJson:
      return json(document);
    case TableForm::kText:
      break;
  }
  return plain(document);
}

}  // namespace sciwright::report
