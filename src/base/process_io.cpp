#include "base/process_io.h"

#include <cerrno>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <sys/wait.h>

namespace sciwright {
namespace {

/// Global since it stands beside the kernel's counters of this process, which are too.
struct EndedChildren {
  std::mutex mutex;
  ProcessIo io;  ///< Guarded by mutex.
};

EndedChildren& ended_children() {
  static EndedChildren children;
  return children;
}

std::optional<ProcessIo> io_of(const std::string& process) {
  std::ostringstream text;
  text << std::ifstream("/proc/" + process + "/io").rdbuf();
  return parse_process_io(text.str());
}

}  // namespace

std::optional<ProcessIo> parse_process_io(std::string_view text) {
  std::istringstream lines{std::string(text)};
  ProcessIo io;
  bool found = false;
  std::string name;
  std::int64_t value = 0;
  while (lines >> name >> value) {
    if (name == "rchar:") io.read_bytes = value;
    if (name == "read_bytes:") io.storage_bytes = value;
    found = found || name == "rchar:";
  }
  return found ? std::optional(io) : std::nullopt;
}

std::optional<ProcessIo> read_process_io() {
  EndedChildren& children = ended_children();
  const std::lock_guard lock(children.mutex);
  std::optional<ProcessIo> io = io_of("self");
  if (!io) return {};
  io->read_bytes -= children.io.read_bytes;
  io->storage_bytes -= children.io.storage_bytes;
  return io;
}

int wait_for_child(int pid) {
  siginfo_t ended{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  EndedChildren& children = ended_children();
  const std::lock_guard lock(children.mutex);
  const ProcessIo io = io_of(fmt::to_string(pid)).value_or(ProcessIo{});
  children.io.read_bytes += io.read_bytes;
  children.io.storage_bytes += io.storage_bytes;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace sciwright
