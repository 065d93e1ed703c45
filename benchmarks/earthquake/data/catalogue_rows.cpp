#include "earthquake/data/catalogue_rows.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"

namespace sciwright::earthquake {
namespace {

/// A later one is a mistake (9999 stands for "unknown"), and one would lengthen the axis of time.
constexpr int kLastYear = 2200;

using Fields = std::span<const std::string_view>;

enum class Kind { kEarthquake, kQuarryBlast, kOther };

/// Words of SCEDC (eq, qb), of the USGS and of the FDSN's QuakeML vocabulary.
Kind kind_of(std::string_view text) {
  if (text.empty() || text == "eq" || text == "earthquake") return Kind::kEarthquake;
  if (text == "qb" || text == "quarry blast" || text == "quarry_blast") return Kind::kQuarryBlast;
  return Kind::kOther;
}

/// FNV-1a; ids are compared by it when files are merged.
std::uint64_t hash_of_id(std::string_view id) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : id) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return id.empty() ? 0 : hash;
}

/// `count` digits of `text` from `start`, or -1.
int digits(std::string_view text, std::size_t start, std::size_t count) {
  int value = 0;
  for (std::size_t i = start; i < start + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool is_date(int year, int month, int day) {
  if (month < 1 || month > 12 || day < 1) return false;
  const int next_month = month % 12 + 1;
  const int year_of_next = month == 12 ? year + 1 : year;
  return day <= days_from_civil(year_of_next, next_month, 1) - days_from_civil(year, month, 1);
}

/// Milliseconds of ".04", nothing when `text` is neither empty nor a fraction.
std::optional<int> parse_fraction_ms(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != '.' || text.size() < 2) return std::nullopt;
  int ms = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    if (i <= 3) ms = ms * 10 + (text[i] - '0');
  }
  for (std::size_t i = text.size(); i <= 3; ++i) ms *= 10;
  return ms + (text.size() > 4 && text[4] >= '5' ? 1 : 0);
}

/// Reads one number of a row; false and a sentence in `problem` when it is none.
bool read_number(Fields fields, const CatalogueFormat::NumberColumn& column, double& value,
                 std::string& problem) {
  const auto number = io::parse_double(fields[column.index]);
  // Written so that NaN is not inside.
  if (number && *number >= column.low && *number <= column.high) {
    value = *number;
    return true;
  }
  problem = fmt::format("{} is '{}', expected a number from {} to {}", column.name,
                        fields[column.index], column.low, column.high);
  return false;
}

bool read_event(const CatalogueFormat& format, Fields fields, Event& event, std::string& problem) {
  const auto time = parse_time_ms(io::trim(fields[format.time]));
  if (!time) {
    problem = fmt::format("time is '{}', expected one such as 2019-07-06T03:19:53.04Z",
                          fields[format.time]);
    return false;
  }
  event.time_ms = *time;
  return read_number(fields, format.latitude, event.latitude_deg, problem) &&
         read_number(fields, format.longitude, event.longitude_deg, problem) &&
         read_number(fields, format.depth, event.depth_km, problem) &&
         read_number(fields, format.magnitude, event.magnitude, problem);
}

void read_row(const CatalogueFormat& format, Fields fields, std::int64_t line,
              CatalogueRows& rows) {
  ++rows.num_rows;
  if (fields.size() < format.num_fields) {
    rows.bad.push_back({line, fmt::format("has {} fields, expected at least {}", fields.size(),
                                          format.num_fields)});
    return;
  }
  if (format.kind) {
    const Kind kind = kind_of(io::trim(fields[*format.kind]));
    rows.num_quarry_blasts += kind == Kind::kQuarryBlast ? 1 : 0;
    rows.num_other_kinds += kind == Kind::kOther ? 1 : 0;
    if (kind != Kind::kEarthquake) return;
  }
  Event event;
  std::string problem;
  if (!read_event(format, fields, event, problem)) {
    rows.bad.push_back({line, problem});
    return;
  }
  rows.earthquakes.push_back(event);
  const bool has_id = format.id && *format.id < fields.size();
  rows.ids.push_back(has_id ? hash_of_id(io::trim(fields[*format.id])) : 0);
}

/// Splits a row of SCEDC's table: date and time are one field, then one field per run of blanks.
void split_table_row(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  constexpr std::size_t kTimeLength = 22;  // "1985/01/01 00:03:49.20"
  fields.push_back(line.substr(0, kTimeLength));
  line.remove_prefix(std::min(kTimeLength, line.size()));
  while (true) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) return;
    const std::size_t end = std::min(line.find_first_of(" \t\r", start), line.size());
    fields.push_back(line.substr(start, end - start));
    line.remove_prefix(end);
  }
}

CatalogueRows parse_table_rows(const CatalogueFormat& format, const io::LineBlock& block) {
  CatalogueRows rows;
  std::vector<std::string_view> fields;
  std::string_view text = block.text;
  for (std::int64_t line = block.first_line; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.find_first_not_of(" \t\r") == std::string_view::npos || row.front() == '#') continue;
    split_table_row(row, fields);
    read_row(format, fields, line, rows);
  }
  return rows;
}

/// Rows look like
/// 1985/01/01 00:03:49.20 eq  l 1.33 c    33.789 -116.166   7.6 A    57735   12   14
CatalogueFormat table_format(const std::string& file) {
  CatalogueFormat format;
  format.file = file;
  format.separator = ' ';
  format.kind = 1;
  format.magnitude.index = 3;
  format.latitude.index = 5;
  format.longitude.index = 6;
  format.depth.index = 7;
  format.id = 9;
  format.num_fields = 8;
  return format;
}

/// The column of the first of these names that there is.
std::optional<std::size_t> find_any(const io::CsvReader& header,
                                    std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto column = header.find_column(name)) return column;
  }
  return std::nullopt;
}

/// Columns by the names of our CSV, the USGS's and the FDSN's text.
CatalogueFormat csv_format(const std::string& file, const io::CsvReader& header, char separator) {
  CatalogueFormat format;
  format.file = file;
  format.separator = separator;
  format.header_line = header.line();
  const auto need = [&](std::initializer_list<const char*> names) {
    const auto column = find_any(header, names);
    // Not there: throws the sentence that lists what there is.
    const std::size_t index = column ? *column : header.column(*names.begin());
    format.num_fields = std::max(format.num_fields, index + 1);
    return index;
  };
  format.time = need({"time", "Time"});
  format.latitude.index = need({"lat", "latitude", "Latitude"});
  format.longitude.index = need({"lon", "longitude", "Longitude"});
  format.depth.index = need({"depth_km", "depth", "Depth/km"});
  format.magnitude.index = need({"mag", "Magnitude"});
  format.kind = find_any(header, {"evtype", "type", "EventType"});
  if (format.kind) format.num_fields = std::max(format.num_fields, *format.kind + 1);
  format.id = find_any(header, {"evid", "id", "EventID", "#EventID"});
  return format;
}

void set_ranges(CatalogueFormat& format) {
  const auto set = [](CatalogueFormat::NumberColumn& column, const char* name, double low,
                      double high) {
    column.name = name;
    column.low = low;
    column.high = high;
  };
  set(format.latitude, "latitude", -90, 90);
  set(format.longitude, "longitude", -180, 360);
  set(format.depth, "depth", -20, 1000);
  set(format.magnitude, "magnitude", -5, 11);
}

/// The first line that is no comment, and its number. FDSN's header looks like a comment.
std::pair<std::string_view, std::int64_t> first_line_of_data(std::string_view text) {
  for (std::int64_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    const bool is_comment = row.starts_with('#') && !row.starts_with("#EventID");
    if (!is_comment && row.find_first_not_of(" \t\r") != std::string_view::npos) {
      return {row, line};
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

bool starts_with_date(std::string_view line) {
  return digits(line, 0, 4) >= 0 && line.substr(4, 1) == "/" && digits(line, 5, 2) >= 0;
}

}  // namespace

std::optional<std::int64_t> parse_time_ms(std::string_view text) {
  if (!text.empty() && text.back() == 'Z') text.remove_suffix(1);
  if (text.size() < 19 || (text[4] != '-' && text[4] != '/') || text[7] != text[4] ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  const auto ms = parse_fraction_ms(text.substr(19));
  const bool is_time = year >= 1 && year <= kLastYear && hour >= 0 && hour < 24 && minute >= 0 &&
                       minute < 60 && second >= 0 && second <= 60 && ms;
  if (!is_time || !is_date(year, month, day)) return std::nullopt;
  const std::int64_t seconds =
      ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  return seconds * 1000 + *ms;
}

std::optional<CatalogueFormat> detect_format(const std::string& file, std::string_view text) {
  const auto [first, line] = first_line_of_data(text);
  if (first.empty()) return std::nullopt;
  const char separator = first.find('|') != std::string_view::npos ? '|' : ',';
  io::CsvReader header(first, {.name = file, .first_line = line, .separator = separator});
  const bool has_header = header.next();
  if (has_header) header.use_as_header();
  CatalogueFormat format;
  if (starts_with_date(first)) {
    format = table_format(file);
  } else if (has_header && find_any(header, {"time", "Time"})) {
    format = csv_format(file, header, separator);
  } else {
    throw usage_error(fmt::format(
        "{}: is no earthquake catalogue I know: its first line is '{}', expected a header of CSV "
        "(time, ...), of FDSN event text (#EventID | Time | ...) or an SCEDC row (1985/01/01 ...)",
        file, first.substr(0, 80)));
  }
  set_ranges(format);
  return format;
}

CatalogueRows parse_rows(const CatalogueFormat& format, const io::LineBlock& block) {
  if (format.separator == ' ') return parse_table_rows(format, block);
  CatalogueRows rows;
  io::CsvReader reader(block.text, {.name = format.file,
                                    .first_line = block.first_line,
                                    .separator = format.separator,
                                    .skip_broken = true});
  while (reader.next()) {
    const bool is_comment = reader.fields().front().starts_with('#');
    if (reader.line() > format.header_line && !is_comment) {
      read_row(format, reader.fields(), reader.line(), rows);
    }
  }
  rows.num_rows += static_cast<std::int64_t>(reader.broken().size());
  rows.bad.insert(rows.bad.end(), reader.broken().begin(), reader.broken().end());
  std::sort(rows.bad.begin(), rows.bad.end(),
            [](const auto& a, const auto& b) { return a.line < b.line; });
  return rows;
}

}  // namespace sciwright::earthquake
