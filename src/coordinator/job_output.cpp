#include "coordinator/job_output.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "experiment/listing.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "# cloudmesh ";
/// Words of a line that are not values of the node.
constexpr std::array<std::string_view, 6> kOwn = {"status", "progress", "pid", "time", "msg", "rc"};
/// So much is read at a time: a job that writes gigabytes must not fill our memory.
constexpr std::int64_t kMostBytes = 1 << 22;

void add(const experiment::ProgressLine& line, SaidProgress& said) {
  if (line.percent >= 0) said.percent = line.percent;
  if (!line.message.empty()) said.message = line.message;
  const auto code = line.values.find("rc");
  if (line.status == "failed") {
    int number = 1;
    if (code != line.values.end()) {
      std::from_chars(code->second.data(), code->second.data() + code->second.size(), number);
    }
    said.exit_code = number;
    if (line.message.empty()) said.message = "it says that it failed";
  }
  for (const auto& [key, value] : line.values) {
    if (!key.empty() && std::ranges::find(kOwn, key) == kOwn.end()) said.values[key] = value;
  }
}

/// What was said later wins.
void add(const SaidProgress& more, std::optional<SaidProgress>& said) {
  if (!said) said.emplace();
  if (more.percent) said->percent = more.percent;
  if (more.exit_code) said->exit_code = more.exit_code;
  if (!more.message.empty()) said->message = more.message;
  for (const auto& [key, value] : more.values) said->values[key] = value;
}

}  // namespace

std::optional<SaidProgress> parse_progress(std::string_view lines) {
  std::optional<SaidProgress> said;
  for (auto at = lines.find(kMark); at != std::string_view::npos; at = lines.find(kMark, at + 1)) {
    const std::string line(lines.substr(at, lines.find_first_of("\r\n", at) - at));
    const experiment::ProgressLine parsed = experiment::last_progress(line);
    if (parsed.status.empty()) continue;
    if (!said) said.emplace();
    add(parsed, *said);
  }
  return said;
}

std::optional<SaidProgress> read_progress(const fs::path& file, std::int64_t& offset,
                                          bool is_over) {
  std::optional<SaidProgress> said;
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0 || facts.st_size <= offset) return said;
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  while (descriptor >= 0 && offset < facts.st_size) {
    std::string text(static_cast<std::size_t>(std::min(facts.st_size - offset, kMostBytes)), '\0');
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), offset);
    if (count <= 0) break;
    text.resize(static_cast<std::size_t>(count));
    const bool is_last = offset + count >= facts.st_size;
    const auto end = text.rfind('\n');
    if (end != std::string::npos && !(is_last && is_over)) text.resize(end + 1);
    if (end == std::string::npos && is_last && !is_over) break;
    offset += static_cast<std::int64_t>(text.size());
    if (const auto more = parse_progress(text)) add(*more, said);
  }
  if (descriptor >= 0) ::close(descriptor);
  return said;
}

}  // namespace sciwright::coordinator
