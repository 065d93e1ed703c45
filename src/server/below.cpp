#include "server/below.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

enum class Standing { kNone, kBelow, kForeign };

/// Of an open file: what it is called says the kernel, whatever links led to it.
Standing standing_of(const fs::path& root, int descriptor) {
  struct stat facts = {};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) return Standing::kForeign;
  std::error_code error;
  const fs::path real = fs::read_symlink(fmt::format("/proc/self/fd/{}", descriptor), error);
  const bool is_below =
      !error && std::ranges::mismatch(root, real).in1 == root.end() && real != root;
  return is_below ? Standing::kBelow : Standing::kForeign;
}

/// Of a file that is not read.
Standing standing_of(const fs::path& root, const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_PATH | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT ? Standing::kNone : Standing::kForeign;
  const Standing standing = standing_of(root, descriptor);
  ::close(descriptor);
  return standing;
}

}  // namespace

int open_below(const fs::path& root, const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  if (standing_of(root, descriptor) == Standing::kBelow) return descriptor;
  ::close(descriptor);
  return -1;
}

bool is_file_below(const fs::path& root, const fs::path& file) {
  return standing_of(root, file) == Standing::kBelow;
}

std::optional<std::string> read_below(const fs::path& root, const fs::path& file) {
  const int descriptor = open_below(root, file);
  if (descriptor < 0) return std::nullopt;
  std::string text;
  char buffer[1 << 16];
  ssize_t count = 0;
  while ((count = ::read(descriptor, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(descriptor);
  return count < 0 ? std::nullopt : std::optional(std::move(text));
}

bool is_workflow_below(const fs::path& root, const coordinator::WorkflowFolder& folder) {
  if (!is_file_below(root, folder.definition)) return false;
  const auto files = {folder.journal(), folder.lock(), folder.log(), folder.copy(),
                      folder.parameters()};
  return std::ranges::all_of(
      files, [&](const fs::path& file) { return standing_of(root, file) != Standing::kForeign; });
}

}  // namespace sciwright::server
