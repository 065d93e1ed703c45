#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sciwright::report {

/// What a fit was like, epoch by epoch: the columns of history.csv. Not-a-number is a gap.
struct History {
  std::vector<std::string> columns = {};
  std::vector<std::vector<double>> values = {};  ///< One vector for each column, equally long.

  std::size_t num_epochs() const { return values.empty() ? 0 : values.front().size(); }
  /// The values of a column; null when it has none.
  const std::vector<double>* column(std::string_view name) const;
  /// Adds a column, filled up with gaps or filling up the others.
  void add(std::string name, std::vector<double> column);
};

/// Reads history.csv; nothing when there is none. A file that cannot be read is a problem.
std::optional<History> read_history(const std::filesystem::path& path, Problems& problems);

}  // namespace sciwright::report
