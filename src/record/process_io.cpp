#include "record/process_io.h"

#include <fstream>
#include <sstream>
#include <string>

namespace sciwright::record {

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
  std::ostringstream text;
  text << std::ifstream("/proc/self/io").rdbuf();
  return parse_process_io(text.str());
}

}  // namespace sciwright::record
