#include "record/kernel_files.h"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <sstream>
#include <string_view>
#include <unistd.h>

#include "base/trimmed.h"

namespace sciwright::record {
namespace {

/// What opens at once, or -1: a pipe of this name must not be waited for.
int open_to_read(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return {};
  return value;
}

}  // namespace

std::optional<std::string> read_kernel_file(const std::filesystem::path& path) {
  const int file = open_to_read(path);
  if (file < 0) return {};  // sensors and counters may be there but forbidden
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = ::read(file, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(file);
  if (count < 0) return {};
  return std::string(trimmed(text));
}

/// Asked many times a second by samplers: one read, which is all that the kernel needs for it.
std::optional<std::int64_t> kernel_number(const std::filesystem::path& path) {
  const int file = open_to_read(path);
  if (file < 0) return {};
  char buffer[64];
  const ssize_t count = ::read(file, buffer, sizeof buffer);
  ::close(file);
  if (count <= 0) return {};
  return number(trimmed({buffer, static_cast<std::size_t>(count)}));
}

std::string field_of(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && trimmed(line.substr(0, colon)) == name) {
      return std::string(trimmed(line.substr(colon + 1)));
    }
  }
  return {};
}

std::vector<std::filesystem::path> numbered_entries(const std::filesystem::path& directory,
                                                    const std::string& prefix) {
  std::vector<std::pair<std::int64_t, std::filesystem::path>> found;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    if (const auto index = number(std::string_view(name).substr(prefix.size()))) {
      found.emplace_back(*index, it->path());
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::filesystem::path> out;
  for (auto& [index, path] : found) out.push_back(std::move(path));
  return out;
}

}  // namespace sciwright::record
