#include "record/python_json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace sciwright::record {
namespace {

std::string ascii_dump(const Json& scalar) {
  return scalar.dump(-1, ' ', true, Json::error_handler_t::replace);
}

constexpr int kMaxDepth = 200;

/// A recursive-descent reader of Python literals, of which JSON is nearly a part. Each function
/// returns nothing when the text does not fit.
class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  std::optional<Json> document() {
    std::optional<Json> out = value(0);
    skip_blanks();
    if (!text_.empty()) return {};
    return out;
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())) != 0) {
      text_.remove_prefix(1);
    }
  }

  bool take(char c) {
    skip_blanks();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<Json> value(int depth) {
    skip_blanks();
    if (text_.empty() || depth > kMaxDepth) return {};
    switch (text_.front()) {
      case '{':
        return object(depth);
      case '[':
        return array(']', depth);
      case '(':
        return array(')', depth);
      case '\'':
      case '"':
        return string();
      default:
        return word();
    }
  }

  std::optional<Json> object(int depth) {
    take('{');
    Json out = Json::object();
    while (!take('}')) {
      const std::optional<Json> key = value(depth + 1);
      if (!key || !take(':')) return {};
      std::optional<Json> item = value(depth + 1);
      if (!item) return {};
      out[key->is_string() ? key->get<std::string>() : ascii_dump(*key)] = std::move(*item);
      if (take(',')) continue;
      if (!take('}')) return {};
      return out;
    }
    return out;
  }

  std::optional<Json> array(char end, int depth) {
    text_.remove_prefix(1);
    Json out = Json::array();
    while (!take(end)) {
      std::optional<Json> item = value(depth + 1);
      if (!item) return {};
      out.push_back(std::move(*item));
      if (take(',')) continue;
      if (!take(end)) return {};
      return out;
    }
    return out;
  }

  /// Rewrites the text between the quotes as JSON and lets the JSON parser decode the escapes.
  std::optional<Json> string() {
    const char quote = text_.front();
    std::string json = "\"";
    for (std::size_t i = 1; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == quote) {
        text_.remove_prefix(i + 1);
        Json out = Json::parse(json + '"', nullptr, false);
        return out.is_discarded() ? std::nullopt : std::optional(std::move(out));
      }
      if (c == '\\' && i + 1 < text_.size()) {
        append_escape(json, i);
      } else if (c == '"') {
        json += "\\\"";
      } else {
        json += c;
      }
    }
    return {};
  }

  /// Appends the escape at `i` and moves `i` to its last character. JSON knows neither \' nor \xNN.
  void append_escape(std::string& json, std::size_t& i) const {
    const char c = text_[++i];
    if (c == '\'') {
      json += '\'';
    } else if (c == 'x' && i + 2 < text_.size()) {
      json += "\\u00";
      json += text_.substr(i + 1, 2);
      i += 2;
    } else {
      json += '\\';
      json += c;
    }
  }

  std::optional<Json> word() {
    const std::size_t size = static_cast<std::size_t>(
        std::find_if(text_.begin(), text_.end(),
                     [](char c) {
                       return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' &&
                              c != '+' && c != '-' && c != '_';
                     }) -
        text_.begin());
    const std::string_view word = text_.substr(0, size);
    text_.remove_prefix(size);
    static const std::array<std::pair<std::string_view, Json>, 10> kWords = {
        {{"true", true},
         {"True", true},
         {"false", false},
         {"False", false},
         {"null", nullptr},
         {"None", nullptr},
         {"nan", nullptr},
         {"NaN", nullptr},
         {"inf", nullptr},
         {"Infinity", nullptr}}};
    for (const auto& [name, value] : kWords) {
      if (word == name || (value.is_null() && word.starts_with('-') && word.substr(1) == name)) {
        return value;
      }
    }
    return number(word);
  }

  /// As JSON where possible; else Python's forms `1.`, `.5` and `+1`, which from_chars knows.
  static std::optional<Json> number(std::string_view word) {
    if (Json json = Json::parse(word, nullptr, false); json.is_number()) return json;
    if (word.starts_with('+')) word.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) return {};
    return value;
  }

  std::string_view text_;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
  });
  if (!is_plain) {
    out += ascii_dump(Json(text));
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void append_python_json(std::string& out, const Json& value) {
  std::string_view separator;
  switch (value.type()) {
    case Json::value_t::object:
      out += '{';
      for (const auto& [key, item] : value.items()) {
        out += std::exchange(separator, ", ");
        append_json_string(out, key);
        out += ": ";
        append_python_json(out, item);
      }
      out += '}';
      return;
    case Json::value_t::array:
      out += '[';
      for (const Json& item : value) {
        out += std::exchange(separator, ", ");
        append_python_json(out, item);
      }
      out += ']';
      return;
    case Json::value_t::string:
      append_json_string(out, value.get_ref<const std::string&>());
      return;
    case Json::value_t::number_integer:
      fmt::format_to(std::back_inserter(out), "{}", value.get<std::int64_t>());
      return;
    default:
      out += ascii_dump(value);
  }
}

std::optional<Json> parse_json_or_python(std::string_view text) {
  bool is_too_deep = false;  // to be copied, which is recursive
  const auto keeps = [&](int depth, Json::parse_event_t, const Json&) {
    is_too_deep = is_too_deep || depth > kMaxDepth;
    return !is_too_deep;
  };
  Json json = Json::parse(text, keeps, false);
  if (is_too_deep) return {};
  if (!json.is_discarded()) return json;
  return LiteralReader(text).document();
}

}  // namespace sciwright::record
