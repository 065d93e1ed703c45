#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "earthquake/data/packed_grid.h"

namespace sciwright::earthquake {

/// Reads the text of a grid, packed by gzip, xz, zstd, bzip2 or not. What most cells of its second
/// line hold is left out.
PackedGrid read_grid_text(const std::filesystem::path& text);

/// What pack_grid() and unpack_grid() did.
struct GridReport {
  std::int64_t num_rows = 0;
  std::int64_t num_cells = 0;
  std::int64_t num_stored = 0;
  std::int64_t text_bytes = 0;  ///< Of the text, unpacked.
  std::int64_t packed_bytes = 0;
};

/// Packs a text as a grid, compressed as the name `out` says, and then reads the text once more to
/// see that the file gives it back byte for byte. Throws a mismatch (and writes nothing) otherwise,
/// and a usage error when both are the same file.
GridReport pack_grid(const std::filesystem::path& text, const std::filesystem::path& out);

/// Writes the text of a packed grid.
GridReport unpack_grid(const std::filesystem::path& packed, const std::filesystem::path& text);

/// One way to keep a grid, tried.
struct GridFormat {
  std::string format;      ///< "text" or "grid".
  std::string compressor;  ///< "none", "gzip", "bzip2", "zstd", "xz".
  std::int64_t bytes = 0;
  double pack_s = 0;    ///< From the text in memory to the file.
  double unpack_s = 0;  ///< From the file to the text in memory.
  double load_s = 0;    ///< From the file to floats in memory.
};

/// Tries text and grid with every compressor, in a folder that is removed at the end. Needs the
/// memory of the text and of its floats.
std::vector<GridFormat> compare_grid_formats(const std::filesystem::path& text, const Clock& clock);

/// As a table, sizes also relative to the first.
std::string grid_format_table(const std::vector<GridFormat>& formats);

}  // namespace sciwright::earthquake
