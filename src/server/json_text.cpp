#include "server/json_text.h"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "base/clock.h"
#include "record/python_json.h"

namespace sciwright::server {

void JsonText::begin(std::string_view key) {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
  if (key.empty()) return;
  record::append_json_string(out_, key);
  out_ += ':';
}

JsonText& JsonText::open(char bracket, std::string_view key) {
  begin(key);
  out_ += bracket;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  return *this;
}

JsonText& JsonText::text(std::string_view key, std::string_view value) {
  begin(key);
  record::append_json_string(out_, value);
  return *this;
}

JsonText& JsonText::integer(std::string_view key, std::int64_t value) {
  begin(key);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonText& JsonText::number(std::string_view key, double value) {
  if (!std::isfinite(value)) return null(key);
  begin(key);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonText& JsonText::boolean(std::string_view key, bool value) {
  return raw(key, value ? "true" : "false");
}

JsonText& JsonText::null(std::string_view key) { return raw(key, "null"); }

JsonText& JsonText::integer_or_null(std::string_view key, std::optional<std::int64_t> value) {
  return value ? integer(key, *value) : null(key);
}

JsonText& JsonText::number_or_null(std::string_view key, std::optional<double> value) {
  return value ? number(key, *value) : null(key);
}

JsonText& JsonText::time(std::string_view key, std::int64_t utc_ns) {
  return utc_ns == 0 ? null(key) : text(key, utc_iso8601(utc_ns, 3));
}

JsonText& JsonText::texts(std::string_view key, const std::vector<std::string>& values) {
  open('[', key);
  for (const std::string& value : values) text({}, value);
  return close(']');
}

JsonText& JsonText::raw(std::string_view key, std::string_view json) {
  begin(key);
  out_ += json;
  return *this;
}

}  // namespace sciwright::server
