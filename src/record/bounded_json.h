#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace sciwright::record {

/// Deepest nesting of JSON that others wrote; workflow files have the same bound.
inline constexpr int kMostJsonLevels = 100;

/// Reads JSON that others wrote: bodies of requests, files that jobs left. Discarded
/// (`is_discarded()`) when it is none, and when lists and objects nest deeper than
/// kMostJsonLevels: copying and writing such a value is recursive and ends a program by its stack.
nlohmann::json parse_bounded_json(std::string_view text);

}  // namespace sciwright::record
