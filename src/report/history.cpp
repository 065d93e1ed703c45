#include "report/history.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/files.h"
#include "io/csv.h"

namespace sciwright::report {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

/// A cell's number; a gap for an empty one. Nothing for anything else.
std::optional<double> cell_number(std::string_view cell) {
  return io::trim(cell).empty() ? std::optional(kGap) : io::parse_double(cell);
}

}  // namespace

const std::vector<double>* History::column(std::string_view name) const {
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end()) return nullptr;
  return &values[static_cast<std::size_t>(found - columns.begin())];
}

void History::add(std::string name, std::vector<double> column) {
  const std::size_t num = std::max(num_epochs(), column.size());
  column.resize(num, kGap);
  for (std::vector<double>& other : values) other.resize(num, kGap);
  columns.push_back(std::move(name));
  values.push_back(std::move(column));
}

std::optional<History> read_history(const std::filesystem::path& path, Problems& problems) {
  const std::optional<std::string> content = read_file_if_there(path);
  if (!content || content->empty()) return std::nullopt;
  io::CsvReader reader(*content, {.name = path.string(), .skip_broken = true});
  if (!reader.next()) return std::nullopt;
  History history;
  for (const std::string_view name : reader.fields()) history.columns.emplace_back(name);
  history.values.resize(history.columns.size());
  while (reader.next()) {
    std::vector<double> numbers;
    for (const std::string_view cell : reader.fields()) {
      if (const auto number = cell_number(cell)) numbers.push_back(*number);
    }
    if (numbers.size() != history.columns.size()) {
      problems.push_back(fmt::format("{}: found {} numbers in {} cells, expected {}",
                                     reader.where(), numbers.size(), reader.fields().size(),
                                     history.columns.size()));
      continue;
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) history.values[i].push_back(numbers[i]);
  }
  for (const io::BrokenRecord& record : reader.broken()) {
    problems.push_back(fmt::format("{}:{}: {}", path.string(), record.line, record.problem));
  }
  return history;
}

}  // namespace sciwright::report
