#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sciwright::record {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// Nanoseconds since 1970 of "YYYY-MM-DDTHH:MM:SS[.fraction]Z" or of the timer tables'
/// "YYYY-MM-DD HH:MM:SS", which is UTC as well. Nothing when the text is no such stamp, or
/// of a year that nanoseconds do not reach.
std::optional<std::int64_t> parse_utc_stamp(const std::string& text);

}  // namespace sciwright::record
