#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sciwright::coordinator {

/// What a job said of itself in progress lines ("# cloudmesh status=… progress=…") since the last
/// look.
struct SaidProgress {
  std::optional<int> percent = {};                 ///< 0 to 100.
  std::optional<int> exit_code = {};               ///< `rc` of a line with status=failed.
  std::string message = {};                        ///< `msg`, or that it says that it failed.
  std::map<std::string, std::string> values = {};  ///< All others, the last of each.

  bool operator==(const SaidProgress&) const = default;
};

/// Reads a job's output from `offset` on and moves it behind the last whole line, or to the end of
/// a job that is over; nothing where nothing new was said.
std::optional<SaidProgress> read_progress(const std::filesystem::path& file, std::int64_t& offset,
                                          bool is_over);

/// What lines of a job's output say, in their order; nothing where none is a progress line.
std::optional<SaidProgress> parse_progress(std::string_view lines);

}  // namespace sciwright::coordinator
