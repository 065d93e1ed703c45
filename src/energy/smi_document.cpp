#include "energy/smi_document.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include <boost/property_tree/xml_parser.hpp>
#include <fmt/format.h>

#include "base/xml_text.h"
#include "io/csv.h"
#include "record/utc_stamp.h"

namespace sciwright::energy {
namespace {

namespace property_tree = boost::property_tree;

constexpr double kBytesPerMebibyte = 1 << 20;
constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void add_child(Json& object, const std::string& name, Json value) {
  if (!object.contains(name)) {
    object[name] = std::move(value);
  } else if (object[name].is_array()) {
    object[name].push_back(std::move(value));
  } else {
    object[name] = Json::array({object[name], std::move(value)});
  }
}

Json to_json(const property_tree::ptree& element) {
  Json object = Json::object();
  for (const auto& [name, child] : element) {
    if (name == "<xmlattr>") {
      for (const auto& [attribute, value] : child) object["@" + attribute] = value.data();
    } else if (name != "<xmlcomment>") {
      add_child(object, name, to_json(child));
    }
  }
  return object.empty() ? Json(element.data()) : object;
}

void append_element(std::string& out, const std::string& name, const Json& value,
                    const std::string& indent) {
  if (value.is_array()) {
    for (const Json& item : value) append_element(out, name, item, indent);
    return;
  }
  if (!value.is_object()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    out += fmt::format("{0}<{1}>{2}</{1}>\n", indent, name, xml_text(text));
    return;
  }
  out += indent + "<" + name;
  for (const auto& [key, attribute] : value.items()) {
    if (key.starts_with('@')) {
      out += fmt::format(" {}=\"{}\"", key.substr(1), xml_text(attribute.get<std::string>()));
    }
  }
  out += ">\n";
  for (const auto& [key, child] : value.items()) {
    if (!key.starts_with('@')) append_element(out, key, child, indent + "  ");
  }
  out += fmt::format("{}</{}>\n", indent, name);
}

/// The text of the first of some places ("temperature", "gpu_temp") that holds a number.
std::optional<double> number_at(const Json& gpu,
                                std::initializer_list<std::pair<const char*, const char*>> places,
                                double unit = 1) {
  for (const auto& [group, name] : places) {
    if (!gpu.contains(group) || !gpu[group].is_object()) continue;
    const auto found = gpu[group].find(name);
    if (found == gpu[group].end() || !found->is_string()) continue;
    if (const auto number = number_with_unit(found->get<std::string>())) return *number * unit;
  }
  return {};
}

std::optional<std::int64_t> bytes_at(const Json& gpu, const char* name) {
  constexpr double kMost = 1e18;
  const auto number = number_at(gpu, {{"fb_memory_usage", name}}, kBytesPerMebibyte);
  if (!number || *number < 0 || *number > kMost) return {};
  return static_cast<std::int64_t>(*number);
}

/// Where a tag that begins at `at` ends: at its '>', or at the end of the text. What stands in
/// quotes, comments and the like is no tag.
std::size_t end_of_tag(std::string_view xml, std::size_t at) {
  constexpr std::pair<std::string_view, std::string_view> kOthers[] = {
      {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
  for (const auto& [begin, end] : kOthers) {
    if (!xml.substr(at).starts_with(begin)) continue;
    const std::size_t found = xml.find(end, at + begin.size());
    return found == std::string_view::npos ? xml.size() : found + end.size() - 1;
  }
  char quote = 0;
  for (; at < xml.size(); ++at) {
    const char c = xml[at];
    if (quote == 0 && c == '>') return at;
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
  }
  return at;
}

/// The parser calls itself for each element within another: a hostile file could end the program.
void check_depth(std::string_view xml, const std::string& name) {
  constexpr int kMost = 100;
  int depth = 0;
  for (std::size_t at = xml.find('<'); at < xml.size();) {
    const std::size_t end = end_of_tag(xml, at);
    const char next = at + 1 < xml.size() ? xml[at + 1] : '!';
    const bool opens = next != '/' && next != '!' && next != '?';
    if (next == '/') --depth;
    if (opens && xml[end - 1] != '/' && ++depth > kMost) {
      throw usage_error(fmt::format("{}: its elements are nested more than {} deep", name, kMost));
    }
    at = xml.find('<', end);
  }
}

/// The text with U+FFFD for bytes that are no UTF-8, which JSON cannot hold.
std::string utf8_text(const std::string& text) {
  const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(json).get<std::string>();
}

}  // namespace

std::optional<double> number_with_unit(const std::string& text) {
  const std::string_view trimmed = io::trim(text);
  const auto number = io::parse_double(trimmed.substr(0, trimmed.find(' ')));
  return number && std::isfinite(*number) ? number : std::nullopt;
}

Json parse_smi_xml(const std::string& xml, const std::string& name, std::int64_t first_line) {
  check_depth(xml, name);
  std::istringstream stream(utf8_text(xml));
  property_tree::ptree tree;
  try {
    property_tree::read_xml(stream, tree, property_tree::xml_parser::trim_whitespace);
  } catch (const property_tree::xml_parser_error& error) {
    throw usage_error(fmt::format("{}:{}: is no complete XML: {}", name,
                                  first_line + static_cast<std::int64_t>(error.line()) - 1,
                                  error.message()));
  }
  Json document = to_json(tree);
  if (!document.is_object() || !document.contains("nvidia_smi_log")) {
    throw usage_error(
        fmt::format("{}: is no output of nvidia-smi -q -x: it has no <nvidia_smi_log>", name));
  }
  return document;
}

Problems visit_smi_documents(const std::string& text, const std::string& name,
                             const std::function<void(const Json& document)>& visit) {
  Problems problems;
  bool is_any = false;
  std::int64_t line = 1;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find("<?xml", begin + 1), text.size());
    const std::string xml = text.substr(begin, end - begin);
    Json document;
    try {
      document = parse_smi_xml(xml, name, line);
      if (utf8_text(xml) != xml) {
        problems.push_back(fmt::format(
            "{}:{}: bytes of the document are not UTF-8 and read as U+FFFD", name, line));
      }
    } catch (const Error& error) {  // caught here to keep the whole documents beside it
      problems.push_back(fmt::format("{}; the document is left out", error.what()));
    }
    if (!document.is_null()) visit(document);
    is_any = is_any || !document.is_null();
    line += std::count(xml.begin(), xml.end(), '\n');
    begin = end;
  }
  if (!is_any) throw_if_any(problems);
  return problems;
}

std::string smi_xml(const Json& document) {
  std::string out = "<?xml version=\"1.0\" ?>\n";
  for (const auto& [name, value] : document.items()) append_element(out, name, value, "");
  return out;
}

std::vector<Json> smi_gpus(const Json& document) {
  const Json& log = document.at("nvidia_smi_log");
  if (!log.is_object() || !log.contains("gpu")) return {};
  const Json& gpu = log["gpu"];
  if (!gpu.is_array()) return {gpu};
  return {gpu.begin(), gpu.end()};
}

Reading smi_reading(const Json& gpu) {
  Reading reading;
  reading.power_w = number_at(gpu, {{"gpu_power_readings", "power_draw"},
                                    {"gpu_power_readings", "instant_power_draw"},
                                    {"gpu_power_readings", "average_power_draw"},
                                    {"power_readings", "power_draw"}});
  reading.temperature_c = number_at(gpu, {{"temperature", "gpu_temp"}});
  reading.utilization_fraction = number_at(gpu, {{"utilization", "gpu_util"}}, 1e-2);
  reading.memory_utilization_fraction = number_at(gpu, {{"utilization", "memory_util"}}, 1e-2);
  reading.encoder_fraction = number_at(gpu, {{"utilization", "encoder_util"}}, 1e-2);
  reading.decoder_fraction = number_at(gpu, {{"utilization", "decoder_util"}}, 1e-2);
  reading.memory_used_bytes = bytes_at(gpu, "used");
  reading.memory_total_bytes = bytes_at(gpu, "total");
  return reading;
}

Device smi_device(const Json& gpu, std::size_t index) {
  const auto text = [&](const char* name) {
    const bool is_there = gpu.is_object() && gpu.contains(name) && gpu[name].is_string();
    return is_there ? gpu[name].get<std::string>() : std::string();
  };
  std::vector<std::string> uuids = {text("uuid")};
  std::erase(uuids, "");
  return {fmt::format("gpu{}", index), "nvidia-smi",      DeviceKind::kGpu,
          text("product_name"),        Origin::kMeasured, std::move(uuids)};
}

std::optional<std::int64_t> smi_time_ns(const Json& document) {
  const Json& log = document.at("nvidia_smi_log");
  std::istringstream words(log.is_object() ? log.value("timestamp", "") : "");
  std::string weekday;
  std::string month;
  int day = 0;
  std::string time;
  int year = 0;
  if (!(words >> weekday >> month >> day >> time >> year)) return {};
  const auto found = std::find(kMonths.begin(), kMonths.end(), month);
  if (found == kMonths.end()) return {};
  return record::parse_utc_stamp(
      fmt::format("{:04}-{:02}-{:02} {}", year, found - kMonths.begin() + 1, day, time));
}

}  // namespace sciwright::energy
