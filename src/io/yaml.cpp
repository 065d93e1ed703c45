#include "io/yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/error.h"
#include "base/files.h"
#include "io/json_document.h"

namespace sciwright::io {
namespace {

constexpr int kMaxValues = 1'000'000;  // stops documents that grow without end through aliases
constexpr int kMaxDepth = 100;

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // from_chars takes words such as "nan" and "infinity"; YAML writes these ".nan" and ".inf".
  const bool is_word = text.find_first_of("0123456789") == std::string_view::npos;
  if (is_word || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Json> parse_integer(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) base = 16;
  if (text.starts_with("0o")) base = 8;
  if (base != 10) text.remove_prefix(2);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Json(number);
}

Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {};
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (const auto integer = parse_integer(text)) return *integer;
  if (const auto number = parse_number(text)) return *number;
  if (text == ".nan" || text == ".NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == ".inf" || text == "+.inf") return std::numeric_limits<double>::infinity();
  if (text == "-.inf") return -std::numeric_limits<double>::infinity();
  return text;
}

/// Turns yaml-cpp's nodes into JSON and notes positions on the way.
class Converter final {
 public:
  Converter(std::string name, Document& document) : name_(std::move(name)), document_(document) {}

  Json convert(const YAML::Node& node, const std::string& path, int depth) {
    if (++num_values_ > kMaxValues || depth > kMaxDepth) {
      throw usage_error(
          fmt::format("{}: too many or too deeply nested values (more than {} or {} levels)", name_,
                      kMaxValues, kMaxDepth));
    }
    document_.positions[path] = position(node);
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return node.Tag() == "!" ? Json(node.Scalar()) : plain_scalar(node.Scalar());
      case YAML::NodeType::Sequence:
        return sequence(node, path, depth);
      case YAML::NodeType::Map:
        return map(node, path, depth);
      default:
        return {};
    }
  }

 private:
  Position position(const YAML::Node& node) const {
    return {name_, node.Mark().line + 1, node.Mark().column + 1};
  }

  Json sequence(const YAML::Node& node, const std::string& path, int depth) {
    Json out = Json::array();
    for (const YAML::Node& item : node) {
      out.push_back(convert(item, fmt::format("{}.{}", path, out.size()), depth + 1));
    }
    return out;
  }

  Json map(const YAML::Node& node, const std::string& path, int depth) {
    Json out = Json::object();
    for (const auto& entry : node) {
      const YAML::Node& key_node = entry.first;
      if (!key_node.IsScalar()) {
        throw usage_error(fmt::format("{}: a key must be a word", position(key_node).text()));
      }
      const std::string key = key_node.Scalar();
      if (out.contains(key)) {
        throw usage_error(
            fmt::format("{}: the key '{}' is given twice", position(key_node).text(), key));
      }
      const std::string below = path.empty() ? key : path + "." + key;
      out[key] = convert(entry.second, below, depth + 1);
      document_.positions[below] = position(key_node);
    }
    return out;
  }

  std::string name_;
  Document& document_;
  int num_values_ = 0;
};

void require_utf8(const std::string& text, const std::string& name) {
  try {
    Json(text).dump();
  } catch (const Json::exception&) {
    int line = 1;
    for (std::size_t begin = 0; begin < text.size(); ++line) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      try {
        Json(text.substr(begin, end - begin)).dump();
      } catch (const Json::exception&) {
        break;
      }
      begin = end + 1;
    }
    throw usage_error(fmt::format("{}:{}: this is not UTF-8 text", name, line));
  }
}

/// Where the last scalar of a document begins.
YAML::Mark last_mark(const YAML::Node& node) {
  YAML::Node last;
  for (const auto& entry : node) {
    const bool is_bare_key = node.IsMap() && entry.second.IsNull();
    last.reset(!node.IsMap() ? YAML::Node(entry) : is_bare_key ? entry.first : entry.second);
  }
  return last.IsNull() ? node.Mark() : last_mark(last);
}

/// A quote that is still open where a document ends takes in all of the rest.
YAML::Exception open_quote(const std::string& text) {
  return {last_mark(YAML::LoadAll(text).back()), "this quote is not closed"};
}

/// The documents of a text. yaml-cpp takes the end of a text for the end of a quote, but not a mark
/// of the end.
std::vector<YAML::Node> load_all(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  const auto num_lines = std::count(text.begin(), text.end(), '\n');
  try {
    return YAML::LoadAll(text + "...\n");
  } catch (const YAML::Exception& error) {
    const bool is_at_mark =
        error.mark.line == num_lines && error.msg == YAML::ErrorMsg::DOC_IN_SCALAR;
    if (is_at_mark) throw open_quote(text);
    throw;
  }
}

YAML::Node load_one(const std::string& text, const std::string& name) {
  require_utf8(text, name);
  try {
    const std::vector<YAML::Node> nodes = load_all(text);
    if (nodes.size() > 1) {
      throw usage_error(fmt::format("{}: holds {} documents, expected one", name, nodes.size()));
    }
    return nodes.empty() ? YAML::Node() : nodes.front();
  } catch (const YAML::Exception& error) {
    const Position at = {name, error.mark.line + 1, error.mark.column + 1};
    throw usage_error(fmt::format("{}: this is not valid YAML: {}", at.text(), error.msg));
  }
}

bool is_plain_text(const std::string& text) {
  const auto is_safe = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./ +()").find(c) != std::string_view::npos;
  };
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_safe)) return false;
  if (text.front() == '-' || text.front() == ' ' || text.back() == ' ') return false;
  return plain_scalar(text).is_string();
}

std::string scalar_text(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return is_plain_text(text) ? text : value.dump();
  }
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::isnan(number)) return ".nan";
    if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  }
  return value.dump();
}

bool is_flat(const Json& value) {
  return value.empty() || std::none_of(value.begin(), value.end(),
                                       [](const Json& item) { return item.is_structured(); });
}

void write_value(const Json& value, int indent, std::string& out);

void write_map(const Json& value, int indent, std::string& out) {
  for (const auto& [key, item] : value.items()) {
    out += std::string(static_cast<std::size_t>(indent), ' ');
    out += (is_plain_text(key) ? key : Json(key).dump()) + ':';
    write_value(item, indent, out);
  }
}

std::string flow_list(const Json& value) {
  std::string out = "[";
  for (const Json& item : value) out += (out.size() > 1 ? ", " : "") + scalar_text(item);
  return out + "]";
}

/// Writes what follows "key:" or "-".
void write_value(const Json& value, int indent, std::string& out) {
  if (value.is_object() && !value.empty()) {
    out += '\n';
    write_map(value, indent + 2, out);
  } else if (value.is_array() && !is_flat(value)) {
    out += '\n';
    for (const Json& item : value) {
      out += std::string(static_cast<std::size_t>(indent + 2), ' ') + '-';
      write_value(item, indent + 2, out);
    }
  } else if (value.is_array()) {
    out += ' ' + flow_list(value) + '\n';
  } else {
    out += ' ' + (value.is_object() ? "{}" : scalar_text(value)) + '\n';
  }
}

}  // namespace

std::string Position::text() const {
  return line > 0 ? fmt::format("{}:{}:{}", file, line, column) : file;
}

Position Document::position(const std::string& dotted_path) const {
  std::string path = dotted_path;
  while (true) {
    if (const auto found = positions.find(path); found != positions.end()) return found->second;
    if (path.empty()) return {};
    const auto dot = path.rfind('.');
    path = dot == std::string::npos ? "" : path.substr(0, dot);
  }
}

Document parse_yaml(const std::string& text, const std::string& name) {
  Document document;
  const YAML::Node node = load_one(text, name);
  document.value = Converter(name, document).convert(node, "", 0);
  if (document.value.is_null()) document.value = Json::object();
  return document;
}

Document read_yaml(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  return path.extension() == ".json" ? parse_json(text, path.string())
                                     : parse_yaml(text, path.string());
}

Json parse_yaml_value(const std::string& text, const std::string& name) {
  Document document;
  return Converter(name, document).convert(load_one(text, name), "", 0);
}

std::string write_yaml(const Json& value) {
  std::string out;
  if (value.is_object() && !value.empty()) {
    write_map(value, 0, out);
  } else {
    write_value(value, -2, out);
    out.erase(0, 1);
  }
  return out;
}

}  // namespace sciwright::io
