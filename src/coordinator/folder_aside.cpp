#include "coordinator/folder_aside.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/file.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;

/// Folders of ours below a root begin with a dot, which no name does that a listing shows.
constexpr std::string_view kPrefix = ".aside-";
/// Of older versions.
constexpr std::string_view kOldPrefix = ".upload-";

/// The kernel lets go of it when the program ends, however it does. Where folders cannot be locked
/// (NFS) nothing is.
bool lock(int descriptor) {
  return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

int open_folder(const fs::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool is_left(const fs::path& path) {
  const std::string name = path.filename().string();
  if (!name.starts_with(kPrefix) && !name.starts_with(kOldPrefix)) return false;
  const int descriptor = open_folder(path);
  if (descriptor < 0) return false;
  const bool is_free = lock(descriptor);
  ::close(descriptor);
  return is_free;
}

}  // namespace

FolderAside::FolderAside(const fs::path& root) {
  make_directories(root);
  std::string pattern = (root / kPrefix).string() + "XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: cannot make a folder: {}", root.string(), std::strerror(errno)));
  }
  path_ = pattern;
  lock_ = open_folder(path_);
  if (lock_ >= 0) lock(lock_);
}

FolderAside::~FolderAside() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

std::vector<fs::path> left_folders(const fs::path& root) {
  std::vector<fs::path> left;
  for (const fs::path& path : sorted_entries(root)) {
    if (is_left(path)) left.push_back(path);
  }
  return left;
}

}  // namespace sciwright::coordinator
