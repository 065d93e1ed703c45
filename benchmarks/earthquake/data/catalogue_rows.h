#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "earthquake/data/event.h"
#include "io/compressed_stream.h"
#include "io/csv.h"

namespace sciwright::earthquake {

/// How the rows of a catalogue file are laid out.
struct CatalogueFormat {
  /// A column of numbers and the range they must lie in.
  struct NumberColumn {
    std::size_t index = 0;
    std::string name = {};
    double low = 0;
    double high = 0;
  };

  std::string file = {};         ///< For messages.
  char separator = ',';          ///< ' ' is SCEDC's table, parted by runs of blanks.
  std::int64_t header_line = 0;  ///< Rows start behind it.
  std::size_t time = 0;
  NumberColumn latitude, longitude, depth, magnitude;
  std::optional<std::size_t> kind = {};
  std::optional<std::size_t> id = {};
  std::size_t num_fields = 0;  ///< A row has at least as many.
};

/// The format of a catalogue file that starts with `text`; nothing where there are only comments.
/// Throws a usage error that quotes the first line when it is none of the known ones.
std::optional<CatalogueFormat> detect_format(const std::string& file, std::string_view text);

/// What was read from some lines of a file.
struct CatalogueRows {
  std::vector<Event> earthquakes;
  std::vector<std::uint64_t> ids;  ///< A hash of each earthquake's id; 0 where the file has none.
  std::int64_t num_rows = 0;       ///< Of all kinds, and bad ones.
  std::int64_t num_quarry_blasts = 0;
  std::int64_t num_other_kinds = 0;
  std::vector<io::BrokenRecord> bad;
};

/// Reads the rows of a block of lines. Comments (#) and empty lines are no rows.
CatalogueRows parse_rows(const CatalogueFormat& format, const io::LineBlock& block);

/// Milliseconds since 1970 of "2019-07-06T03:19:53.04Z" (also with '/', a blank for the T, without
/// the Z, seconds up to 60.999); nothing when it is no such time.
std::optional<std::int64_t> parse_time_ms(std::string_view text);

}  // namespace sciwright::earthquake
