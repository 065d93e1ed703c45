#include "base/files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/error.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

/// Closes on scope exit; POSIX descriptors have no other owner here.
struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

Error system_failure(const fs::path& path, const char* verb, int error_number) {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot {}: {}", path.string(), verb, std::strerror(error_number)));
}

Error unreadable(const fs::path& path) {
  return usage_error(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno)));
}

/// Room behind a file's content, so that a reader that wants some need not copy it.
constexpr std::size_t kRoomBehind = 64;

std::string read_all(int descriptor, const fs::path& path) {
  std::string content;
  struct stat facts {};
  if (::fstat(descriptor, &facts) == 0 && facts.st_size > 0) {
    content.reserve(static_cast<std::size_t>(facts.st_size) + kRoomBehind);
  }
  char buffer[1 << 16];
  while (true) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count == 0) return content;
    if (count < 0) {
      if (errno == EINTR) continue;
      throw unreadable(path);
    }
    content.append(buffer, static_cast<std::size_t>(count));
  }
}

bool ends_within_a_line(int descriptor) {
  struct stat facts {};
  char last = '\n';
  return ::fstat(descriptor, &facts) == 0 && facts.st_size > 0 &&
         ::pread(descriptor, &last, 1, facts.st_size - 1) == 1 && last != '\n';
}

void write_all(int descriptor, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      throw system_failure(path, "write", errno);
    }
    content.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// A name no other process or thread uses, in the same directory so that rename stays on one file
/// system.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() /
         fmt::format(".{}.{}.{}.tmp", path.filename().string(), ::getpid(), counter.fetch_add(1));
}

/// Makes a rename durable. Best effort: some file systems refuse fsync on directories.
void sync_directory(const fs::path& path) {
  const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Descriptor d{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (d.value >= 0) ::fsync(d.value);
}

}  // namespace

std::string read_file(const fs::path& path) {
  const Descriptor d{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (d.value < 0) throw unreadable(path);
  return read_all(d.value, path);
}

std::optional<std::string> read_file_if_there(const fs::path& path) {
  const Descriptor d{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (d.value >= 0) return read_all(d.value, path);
  const Error error = unreadable(path);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return std::nullopt;
  throw error;
}

void write_file_atomic(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  {
    const Descriptor d{
        ::open(file.temporary_path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (d.value < 0) throw system_failure(path, "create", errno);
    write_all(d.value, content, path);
  }
  file.commit();
}

AtomicFile::AtomicFile(fs::path path)
    : path_(std::move(path)), temporary_(temporary_beside(path_)) {}

AtomicFile::~AtomicFile() {
  if (!committed_) {
    std::error_code ignored;
    fs::remove(temporary_, ignored);
  }
}

void AtomicFile::commit() {
  {
    const Descriptor d{::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC)};
    if (d.value < 0) throw system_failure(path_, "write", errno);
    if (::fsync(d.value) != 0) throw system_failure(path_, "write", errno);
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw system_failure(path_, "replace", errno);
  }
  committed_ = true;
  sync_directory(path_);
}

AppendFile::AppendFile(const fs::path& path)
    : path_(path),
      descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0) throw system_failure(path_, "open", errno);
  // Who appends holds a shared lock. Only when nobody does, an unfinished last line was cut short;
  // else it may be one that is being written. File systems without locks are taken at their word.
  const bool is_alone = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  if (is_alone && ends_within_a_line(descriptor_)) append_line("");
  ::flock(descriptor_, LOCK_SH);
}

AppendFile::~AppendFile() { ::close(descriptor_); }

void AppendFile::append_line(std::string_view line) {
  std::string text(line);
  text += '\n';
  write_all(descriptor_, text, path_);
}

void AppendFile::sync() {
  if (::fsync(descriptor_) != 0) throw system_failure(path_, "write", errno);
}

FileLock::FileLock(const fs::path& path) : file_(path.string() + ".lock") {
  while (true) {
    descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) return;
    int failed = 0;
    while ((failed = ::flock(descriptor_, LOCK_EX)) != 0 && errno == EINTR) {
    }
    // Who had it before may have removed the file that we locked.
    struct stat ours {};
    struct stat there {};
    const bool is_there = ::fstat(descriptor_, &ours) == 0 && ::stat(file_.c_str(), &there) == 0 &&
                          ours.st_ino == there.st_ino;
    if (failed != 0 || is_there) return;
    ::close(descriptor_);
  }
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  ::unlink(file_.c_str());
  ::close(descriptor_);
}

void make_directories(const fs::path& path) {
  if (::mkdir(path.c_str(), 0777) == 0) return;  // the usual case, without a look at each level
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path)) {
    throw usage_error(fmt::format("{}: cannot create this directory: {}", path.string(),
                                  error ? error.message() : "a file of this name exists"));
  }
}

std::vector<fs::path> sorted_entries(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  if (error) {
    throw usage_error(
        fmt::format("{}: cannot list this directory: {}", directory.string(), error.message()));
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

fs::path cache_directory() {
  if (const char* own = std::getenv("SCIWRIGHT_CACHE"); own != nullptr && *own != 0) return own;
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != 0) {
    return fs::path(xdg) / "sciwright";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr ? home : "/tmp") / ".cache" / "sciwright";
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (fs::temp_directory_path() / "sciwright.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw system_failure(name, "create", errno);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace sciwright
