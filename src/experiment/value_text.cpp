#include "experiment/value_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace sciwright::experiment {
namespace {

std::string printed_number(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

/// A value within a list or map: texts have quotes there.
std::string quoted_form(const Json& value) {
  if (!value.is_string()) return printed_form(value);
  std::string out = "'";
  for (const char c : value.get_ref<const std::string&>()) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string printed_items(const Json& value) {
  std::string out;
  for (const auto& [key, item] : value.items()) {
    if (!out.empty()) out += ", ";
    if (value.is_object()) out += quoted_form(key) + ": ";
    out += quoted_form(item);
  }
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

template <class Number>
bool reads_as(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string printed_form(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_null()) return "None";
  if (value.is_number_float()) return printed_number(value.get<double>());
  if (value.is_structured()) return printed_items(value);
  return value.dump();
}

std::string file_name_text(std::string_view text, bool keep_underscores) {
  std::string out(text);
  for (char& c : out) {
    const bool is_alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_alphanumeric && c != '.' && c != '+' && !(keep_underscores && c == '_')) c = '-';
  }
  return out;
}

Json operand(const Json& value) {
  if (!value.is_string()) return value;
  const auto& text = value.get_ref<const std::string&>();
  if (text.find_first_of("0123456789") == std::string::npos) return value;  // "nan", "infinity"
  if (std::int64_t whole = 0; reads_as(text, whole)) return whole;
  if (double number = 0; reads_as(text, number) && std::isfinite(number)) return number;
  return value;
}

}  // namespace sciwright::experiment
