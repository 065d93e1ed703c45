#pragma once

#include "report/table.h"
#include "report_page/columns.h"

namespace sciwright::report_page {

/// A table for the page: key, title, notes, most_rows, num_rows and columns, each with key, title,
/// digits, and `numbers`, `texts` or both (a cell has one or the other, or nothing).
Json table_json(const report::Table& table, Columns& columns);

}  // namespace sciwright::report_page
