#include "record/kernel_files.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::record {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
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
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  try {
    return trimmed(read_file(path));
  } catch (const Error&) {
    return {};  // sensors and counters may be there but forbidden
  }
}

std::optional<std::int64_t> kernel_number(const std::filesystem::path& path) {
  return number(read_kernel_file(path).value_or(""));
}

std::string field_of(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && trimmed(line.substr(0, colon)) == name) {
      return trimmed(line.substr(colon + 1));
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
