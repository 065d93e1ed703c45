#include "record/mllog_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace sciwright::record {
namespace {

/// A million years, which 64 bits hold in nanoseconds not, but in milliseconds.
constexpr double kLatest_ms = 3.2e16;

/// JSON libraries check UTF-8; dumping the text is the shortest way to ask ours.
bool is_utf8(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; })) return true;
  try {
    (void)Json(text).dump();
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

std::string text_or_empty(const Json& document, const char* key) {
  const auto it = document.find(key);
  return it != document.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// Fills the record from the JSON of a line; returns what is wrong with it, or nothing.
std::string fill(MllogRecord& record, Json document) {
  if (!document.is_object()) return "is no JSON object";
  for (const char* key : {"time_ms", "key", "value", "metadata"}) {
    if (!document.contains(key)) return fmt::format("lacks '{}'", key);
  }
  const Json& time = document["time_ms"];
  if (!time.is_number()) return "'time_ms' is no number";
  if (!(std::abs(time.get<double>()) < kLatest_ms)) return "'time_ms' is no time";
  if (!document["key"].is_string()) return "'key' is no text";
  if (!document["metadata"].is_object()) return "'metadata' is no object";
  record.time_ms = time.get<std::int64_t>();
  record.name_space = text_or_empty(document, "namespace");
  record.event_type = text_or_empty(document, "event_type");
  record.key = text_or_empty(document, "key");
  record.value = std::move(document["value"]);
  record.metadata = std::move(document["metadata"]);
  return {};
}

}  // namespace

MllogText parse_mllog(std::string_view text) {
  MllogText out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++out.num_lines;
    const std::size_t token = line.rfind(kMllogToken);
    if (token == std::string_view::npos) continue;
    const std::string_view payload = line.substr(token + kMllogToken.size());
    std::optional<Json> document = is_utf8(payload) ? parse_json_or_python(payload)
                                                    : parse_json_or_python(latin1_to_utf8(payload));
    MllogRecord record;
    record.line = out.num_lines;
    const bool is_json = document.has_value();
    const std::string wrong =
        document ? fill(record, std::move(*document)) : "is not complete or is no JSON";
    if (wrong.empty()) {
      out.records.push_back(std::move(record));
    } else {
      out.bad_lines.push_back({out.num_lines, wrong, is_json});
    }
  }
  return out;
}

}  // namespace sciwright::record
