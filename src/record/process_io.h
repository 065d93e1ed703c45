#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sciwright::record {

/// What a process has read so far.
struct ProcessIo {
  std::int64_t read_bytes = 0;     ///< By read calls, from wherever; counter.
  std::int64_t storage_bytes = 0;  ///< That had to be fetched from storage; counter.
};

/// Reads the text of /proc/PID/io; nothing where it tells neither.
std::optional<ProcessIo> parse_process_io(std::string_view text);

/// Of this process; nothing where the kernel does not tell.
std::optional<ProcessIo> read_process_io();

}  // namespace sciwright::record
