#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sciwright::io {

/// The whole text as a number, blanks around it and a leading '+' allowed; nothing otherwise. Never
/// looks at the locale. "nan" and "inf" are numbers here: ask std::isfinite where they are not
/// welcome.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_int64(std::string_view text);

/// Without blanks and tabs at both ends.
std::string_view trim(std::string_view text);

/// Where a CSV text comes from, for messages, and what parts its fields.
struct CsvSource {
  std::string name = {};        ///< A path, the "file" of "file:line".
  std::int64_t first_line = 1;  ///< Number of the text's first line.
  char separator = ',';
  bool skip_broken = false;  ///< Records with broken quotes are noted and left out, not thrown.
};

/// A record that was left out.
struct BrokenRecord {
  std::int64_t line = 0;
  std::string problem;
};

/// Reads records of RFC 4180 from a text in memory (quoted fields may hold separators, doubled
/// quotes and line ends; lines end with \n or \r\n; empty lines are skipped). Fields are views into
/// the text, copied only where a doubled quote must be undone. The text outlives the reader.
class CsvReader final {
 public:
  explicit CsvReader(std::string_view text, CsvSource source = {});

  /// Goes to the next record; false at the end. Throws a usage error with file:line when a quote is
  /// never closed or text follows a closing quote (unless skip_broken).
  bool next();

  /// The fields of this record, valid until the next call of next().
  std::span<const std::string_view> fields() const { return fields_; }
  /// The number of the line this record starts at.
  std::int64_t line() const { return line_; }
  /// "file:line".
  std::string where() const;
  /// What skip_broken left out so far.
  const std::vector<BrokenRecord>& broken() const { return broken_; }

  /// Makes this record the header: column names, trimmed.
  void use_as_header();
  /// The column of a name, or nothing.
  std::optional<std::size_t> find_column(std::string_view name) const;
  /// The column of a name; throws a usage error that lists the columns there are.
  std::size_t column(std::string_view name) const;

  /// The field as text; throws a usage error with file:line when the record is too short.
  std::string_view text(std::size_t column) const;
  /// The field as a number; throws a usage error with file:line, the column and what was found.
  double number(std::size_t column) const;
  std::int64_t integer(std::size_t column) const;

 private:
  /// Reads one field; false when it was the last of its record.
  bool read_field();
  std::string_view read_quoted();
  /// Throws, or notes the record and goes to the line behind its first.
  void leave_out(std::size_t start);
  [[noreturn]] void fail(std::size_t column, const char* expected) const;

  std::string_view text_;
  CsvSource source_;
  std::size_t position_ = 0;
  std::int64_t line_ = 0;
  std::int64_t next_line_;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unquoted_;  ///< Fields of this record that had doubled quotes.
  std::vector<std::string> header_;
  const char* problem_ = nullptr;  ///< Of this record's quotes.
  std::vector<BrokenRecord> broken_;
};

/// Appends one record and a line end, quoting fields that need it.
void append_csv_row(std::string& out, std::span<const std::string> fields, char separator = ',');

}  // namespace sciwright::io
