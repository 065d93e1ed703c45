#pragma once

#include <string>
#include <vector>

namespace sciwright::record {

/// A column of texts. A column that is `numeric` is aligned at the decimal points, unless no cell
/// holds a number.
struct PsqlColumn {
  std::string header;
  bool numeric = false;
  std::vector<std::string> cells;
};

/// A table with the frame that `psql` draws, without a line end after the last line. It follows the
/// layout of Python's tabulate (style "psql", which the original stopwatch prints with), byte for
/// byte: a header is at least two columns wider than its text. All columns need as many cells.
std::string psql_table(const std::vector<PsqlColumn>& columns);

}  // namespace sciwright::record
