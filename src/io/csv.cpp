#include "io/csv.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/suggestion.h"

namespace sciwright::io {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> parse_double(std::string_view text) { return parse_number<double>(text); }

std::optional<std::int64_t> parse_int64(std::string_view text) {
  return parse_number<std::int64_t>(text);
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

CsvReader::CsvReader(std::string_view text, CsvSource source)
    : text_(text), source_(std::move(source)), next_line_(source_.first_line) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text_.substr(0, 3) == kByteOrderMark) position_ = 3;
}

bool CsvReader::next() {
  while (true) {
    while (position_ < text_.size() && (text_[position_] == '\n' || text_[position_] == '\r')) {
      next_line_ += text_[position_] == '\n' ? 1 : 0;
      ++position_;
    }
    if (position_ >= text_.size()) return false;
    const std::size_t start = position_;
    line_ = next_line_;
    fields_.clear();
    unquoted_.clear();
    problem_ = nullptr;
    while (read_field()) {
    }
    ++next_line_;
    if (problem_ == nullptr) return true;
    leave_out(start);
  }
}

void CsvReader::leave_out(std::size_t start) {
  if (!source_.skip_broken) throw usage_error(fmt::format("{}: {}", where(), problem_));
  broken_.push_back({line_, problem_});
  position_ = std::min(text_.find('\n', start), text_.size() - 1) + 1;
  next_line_ = line_ + 1;
}

bool CsvReader::read_field() {
  if (position_ < text_.size() && text_[position_] == '"') {
    fields_.push_back(read_quoted());
  } else {
    std::size_t end = position_;
    while (end < text_.size() && text_[end] != source_.separator && text_[end] != '\n') ++end;
    std::string_view field = text_.substr(position_, end - position_);
    const bool last_of_line = end == text_.size() || text_[end] == '\n';
    if (last_of_line && !field.empty() && field.back() == '\r') field.remove_suffix(1);
    fields_.push_back(field);
    position_ = end;
  }
  return position_ < text_.size() && text_[position_++] == source_.separator;
}

std::string_view CsvReader::read_quoted() {
  const std::size_t start = ++position_;
  bool doubled = false;
  std::size_t end = text_.find('"', start);
  while (end != std::string_view::npos && text_.substr(end + 1, 1) == "\"") {
    doubled = true;
    end = text_.find('"', end + 2);
  }
  if (end == std::string_view::npos) {
    problem_ = "a quoted field is never closed";
    position_ = text_.size();
    return {};
  }
  const std::string_view raw = text_.substr(start, end - start);
  next_line_ += std::count(raw.begin(), raw.end(), '\n');
  position_ = end + 1;
  if (text_.substr(position_, 2) == "\r\n") ++position_;
  if (position_ < text_.size() && text_[position_] != source_.separator &&
      text_[position_] != '\n') {
    problem_ = "text follows a closing quote";
    position_ = text_.size();
  }
  if (!doubled) return raw;
  std::string& plain = unquoted_.emplace_back();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    plain += raw[i];
    if (raw[i] == '"') ++i;
  }
  return plain;
}

std::string CsvReader::where() const { return fmt::format("{}:{}", source_.name, line_); }

void CsvReader::use_as_header() {
  header_.clear();
  for (const std::string_view field : fields_) header_.emplace_back(trim(field));
}

std::optional<std::size_t> CsvReader::find_column(std::string_view name) const {
  const auto it = std::find(header_.begin(), header_.end(), name);
  if (it == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(it - header_.begin());
}

std::size_t CsvReader::column(std::string_view name) const {
  if (const auto found = find_column(name)) return *found;
  throw usage_error(fmt::format("{}: has no column '{}' (there are: {}){}", source_.name, name,
                                fmt::join(header_, ", "), did_you_mean(name, header_)));
}

std::string_view CsvReader::text(std::size_t column) const {
  if (column >= fields_.size()) {
    throw usage_error(fmt::format("{}: has {} fields, expected at least {}", where(),
                                  fields_.size(), column + 1));
  }
  return fields_[column];
}

double CsvReader::number(std::size_t column) const {
  if (const auto value = parse_double(text(column))) return *value;
  fail(column, "a number");
}

std::int64_t CsvReader::integer(std::size_t column) const {
  if (const auto value = parse_int64(text(column))) return *value;
  fail(column, "a whole number");
}

void CsvReader::fail(std::size_t column, const char* expected) const {
  const std::string name =
      column < header_.size() ? header_[column] : fmt::format("field {}", column + 1);
  throw usage_error(
      fmt::format("{}: {} is '{}', expected {}", where(), name, fields_[column], expected));
}

void append_csv_row(std::string& out, std::span<const std::string> fields, char separator) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += separator;
    const std::string& field = fields[i];
    const bool plain = field.find_first_of("\"\r\n") == std::string::npos &&
                       field.find(separator) == std::string::npos;
    if (plain) {
      out += field;
      continue;
    }
    out += '"';
    for (const char c : field) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += '\n';
}

}  // namespace sciwright::io
