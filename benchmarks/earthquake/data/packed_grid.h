#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sciwright::earthquake {

/// A CSV text of which most cells are alike (the reference's grids: 25,567 days × 2,400 pixels,
/// nearly all "0.0"), kept as the cells that differ. Nothing is lost: every text comes back byte
/// for byte, however its numbers are written. Rows are coded one after the other, so that a grid of
/// gigabytes takes the memory of what differs.
struct PackedGrid {
  std::string usual;       ///< The text of the cells that are left out.
  bool ends_open = false;  ///< The last line has no end.
  std::int64_t num_rows = 0;
  std::int64_t num_cells = 0;      ///< Of the text.
  std::int64_t num_stored = 0;     ///< Cells that differ.
  std::vector<std::string> texts;  ///< Of these, each once, in order of first appearance.
  /// For each row the number of its cells, of those that differ, and for each of these the distance
  /// from the one before it (the first from -1). Numbers are LEB128, here and in `codes`.
  std::string places;
  std::string codes;  ///< For each cell that differs: 0 is the next new text, n + 1 the n-th.
};

/// Builds a grid line by line.
class GridPacker final {
 public:
  explicit GridPacker(std::string usual) { grid_.usual = std::move(usual); }

  /// Adds a line of the text, without its end.
  void add_row(std::string_view line);

  PackedGrid finish(bool ends_open);

 private:
  PackedGrid grid_;
  std::unordered_map<std::string, std::uint64_t> index_of_;
};

/// Calls `row` with every line, in order; a line lives until the next call. Throws a usage error
/// for a grid that is damaged.
void for_each_row(const PackedGrid& grid, const std::function<void(std::string_view line)>& row);

/// All cells as numbers, row after row, NaN for those that are none (names of columns): each
/// distinct text is read once. Errors as for_each_row().
std::vector<float> grid_values(const PackedGrid& grid);

/// A cell as a number, NaN where it is none.
float cell_value(std::string_view text);

/// The file: the line "sciwright-grid 2", a line with the SHA-256 of all that follows it, a line of
/// JSON (`ends_open`, `num_rows`, `num_cells`, `num_stored`, `num_texts`, `places_bytes`), `usual`
/// and the texts, a line each, then `places` and `codes`.
std::string grid_bytes(const PackedGrid& grid);

/// Reads grid_bytes(). Throws a usage error that names the file when it is none, damaged or
/// not whole.
PackedGrid parse_grid(std::string_view bytes, const std::string& name);

}  // namespace sciwright::earthquake
