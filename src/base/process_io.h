#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sciwright {

/// What a process has read so far.
struct ProcessIo {
  std::int64_t read_bytes = 0;     ///< By read calls, from wherever; counter.
  std::int64_t storage_bytes = 0;  ///< That had to be fetched from storage; counter.
};

/// Reads the text of /proc/PID/io; nothing where it tells neither.
std::optional<ProcessIo> parse_process_io(std::string_view text);

/// Of this process, without its children; nothing where the kernel does not tell.
std::optional<ProcessIo> read_process_io();

/// Waits for a child to end and returns its status, as waitpid() does. The kernel then adds what
/// the child has read to what this process has; only for children that are waited for in here,
/// read_process_io() takes it out again.
int wait_for_child(int pid);

}  // namespace sciwright
