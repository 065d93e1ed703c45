#pragma once

#include "report/table.h"
#include "report_page/columns.h"

namespace sciwright::report_page {

/// A table for the page: key, title, notes, most_rows, num_rows and columns, each with key, title,
/// digits, and `numbers`, `texts` or both (a cell has one or the other, or nothing). Of a longer
/// table the first `most_rows`, which a note says: 10^5 runs may be as many groups, in several
/// tables.
Json table_json(const report::Table& table, Columns& columns, std::size_t most_rows = 20'000);

}  // namespace sciwright::report_page
