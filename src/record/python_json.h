#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace sciwright::record {

using Json = nlohmann::json;

/// Appends a value as Python's `json.dumps` writes it: `", "` and `": "` between items, all
/// non-ASCII as \uXXXX. Not-a-number and infinity, which JSON does not have, become null; bytes
/// that are no UTF-8 become U+FFFD.
void append_python_json(std::string& out, const Json& value);

/// Appends a text as a JSON string in that form.
void append_json_string(std::string& out, std::string_view text);

/// Reads JSON, and also what Python programs leave in logs: single quotes, True, False, None,
/// tuples, NaN, Infinity (as null), trailing commas. Nothing when the text is neither, or nests
/// more than 200 levels.
std::optional<Json> parse_json_or_python(std::string_view text);

}  // namespace sciwright::record
