#include "report_page/tables.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace sciwright::report_page {
namespace {

Json column_json(const report::Table& table, std::size_t index, std::size_t num_rows,
                 Columns& columns) {
  std::vector<double> numbers;
  std::vector<std::string> texts;
  bool has_numbers = false;
  bool has_texts = false;
  for (std::size_t row = 0; row < num_rows; ++row) {
    const report::Cell& cell = table.rows[row][index];
    has_numbers = has_numbers || cell.number;
    has_texts = has_texts || !cell.text.empty();
    numbers.push_back(cell.number.value_or(std::numeric_limits<double>::quiet_NaN()));
    texts.push_back(cell.number ? "" : cell.text);
  }
  const report::TableColumn& column = table.columns[index];
  Json out = {{"key", column.key}, {"title", column.title}, {"digits", column.digits}};
  if (has_numbers || !has_texts) out["numbers"] = columns.numbers(numbers);
  if (has_texts) out["texts"] = columns.texts(texts);
  return out;
}

}  // namespace

Json table_json(const report::Table& table, Columns& columns, std::size_t most_rows) {
  const std::size_t num_rows = std::min(table.rows.size(), most_rows);
  Json all = Json::array();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    all.push_back(column_json(table, i, num_rows, columns));
  }
  std::vector<std::string> notes = table.notes;
  if (num_rows < table.rows.size()) {
    notes.push_back(fmt::format("The first {} of {} rows; --json and --csv print all.", num_rows,
                                table.rows.size()));
  }
  return {{"key", table.key},     {"title", table.title},         {"columns", std::move(all)},
          {"num_rows", num_rows}, {"most_rows", table.most_rows}, {"notes", std::move(notes)}};
}

}  // namespace sciwright::report_page
