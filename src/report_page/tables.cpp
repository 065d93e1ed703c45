#include "report_page/tables.h"

#include <limits>

namespace sciwright::report_page {
namespace {

Json column_json(const report::Table& table, std::size_t index, Columns& columns) {
  std::vector<double> numbers;
  std::vector<std::string> texts;
  bool has_numbers = false;
  bool has_texts = false;
  for (const auto& row : table.rows) {
    const report::Cell& cell = row[index];
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

Json table_json(const report::Table& table, Columns& columns) {
  Json all = Json::array();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    all.push_back(column_json(table, i, columns));
  }
  return {{"key", table.key},
          {"title", table.title},
          {"columns", std::move(all)},
          {"num_rows", table.rows.size()},
          {"most_rows", table.most_rows},
          {"notes", table.notes}};
}

}  // namespace sciwright::report_page
