#include "server/archive.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFreeBytes = 10'000'000;
constexpr std::size_t kLongestPath = 1000;
constexpr std::size_t kLongestName = 255;

struct Freeing {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Freeing>;

Error bad_entry(std::string_view path, std::string_view what) {
  return usage_error(fmt::format("the archive's entry '{}' {}", path, what));
}

Reader open_archive(std::string_view bytes) {
  Reader reader(archive_read_new());
  archive_read_support_format_zip(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  archive_read_support_filter_zstd(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    throw usage_error("the upload is no zip or tar archive that can be read");
  }
  return reader;
}

/// The parts of a relative path, "." left out; throws for anything that leads elsewhere.
fs::path safe_path(const char* given) {
  const std::string path = given == nullptr ? "" : given;
  if (path.empty()) throw bad_entry(path, "has no name that can be read");
  if (path.size() > kLongestPath) throw bad_entry(path.substr(0, 60) + "…", "has too long a path");
  const bool is_plain = std::ranges::all_of(path, [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != '\\' && c != '\x7f';
  });
  if (!is_plain) throw bad_entry(path, "has a backslash or a control character in its name");
  if (path.front() == '/') throw bad_entry(path, "has an absolute path");
  fs::path out;
  for (const fs::path& part : fs::path(path)) {
    if (part == "..") throw bad_entry(path, "leads out of its folder");
    if (part.native().size() > kLongestName) throw bad_entry(path, "has too long a name");
    if (part != "." && !part.empty()) out /= part;
  }
  return out;
}

/// Writes what is unpacked and keeps count.
class Unpacking final {
 public:
  Unpacking(std::size_t packed_bytes, const fs::path& folder, const ArchiveLimits& limits)
      : packed_bytes_(packed_bytes), folder_(folder), limits_(limits) {}

  void take(archive* reader, archive_entry* entry) {
    const char* given = archive_entry_pathname(entry);
    const fs::path path = safe_path(given);
    if (++num_entries_ > limits_.max_entries) {
      throw usage_error(fmt::format("the archive has more than {} entries", limits_.max_entries));
    }
    const bool is_link =
        archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr;
    const auto type = archive_entry_filetype(entry);
    if (is_link || (type != AE_IFREG && type != AE_IFDIR)) {
      throw bad_entry(given, "is a link or a device; only files and folders are taken");
    }
    if (type == AE_IFDIR) return make_folder(path, given);
    if (path.empty()) throw bad_entry(given, "has no name");
    make_folder(path.parent_path(), given);
    if (!files_.insert(path.string()).second) throw bad_entry(given, "is there twice");
    const bool is_program = (archive_entry_perm(entry) & 0100) != 0;
    write(reader, path, given, is_program ? 0755 : 0644);
  }

 private:
  void make_folder(const fs::path& path, const char* given) {
    count_folders(path, given);
    std::error_code error;
    fs::create_directories(folder_ / path, error);
    if (error || !fs::is_directory(folder_ / path)) {
      throw bad_entry(given, "needs a folder where another entry is a file");
    }
  }

  /// A path of many names makes as many folders.
  void count_folders(const fs::path& path, const char* given) {
    if (folders_.contains(path.string())) return;
    const auto num_levels = static_cast<std::size_t>(std::distance(path.begin(), path.end()));
    if (num_levels > limits_.max_levels) {
      throw bad_entry(given,
                      fmt::format("is in more than {} folders in each other", limits_.max_levels));
    }
    fs::path folder;
    for (const fs::path& part : path) folders_.insert((folder /= part).string());
    if (folders_.size() > limits_.max_folders) {
      throw usage_error(fmt::format("the archive has more than {} folders", limits_.max_folders));
    }
  }

  void write(archive* reader, const fs::path& path, const char* given, mode_t mode) {
    const int file = ::open((folder_ / path).c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) throw bad_entry(given, fmt::format("cannot be made: {}", std::strerror(errno)));
    const std::unique_ptr<const int, void (*)(const int*)> closing(
        &file, [](const int* f) { ::close(*f); });
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    int result = ARCHIVE_OK;
    while ((result = archive_read_data_block(reader, &block, &size, &offset)) == ARCHIVE_OK) {
      // A sparse file's holes count like its bytes.
      count(static_cast<std::uint64_t>(std::max<la_int64_t>(offset, 0)) + size, given);
      const ssize_t written = ::pwrite(file, block, size, offset);
      if (written != static_cast<ssize_t>(size)) {
        throw Error(ErrorKind::kFailure,
                    fmt::format("{}: cannot be written: {}", (folder_ / path).string(),
                                std::strerror(errno)));
      }
    }
    if (result != ARCHIVE_EOF) throw bad_entry(given, "is broken");
    num_bytes_ += file_bytes_;
    file_bytes_ = 0;
  }

  void count(std::uint64_t file_bytes, const char* given) {
    file_bytes_ = std::max(file_bytes_, file_bytes);
    const std::uint64_t total = num_bytes_ + file_bytes_;
    const double ratio = static_cast<double>(total) / static_cast<double>(packed_bytes_);
    const bool is_bomb = total > kFreeBytes && ratio > limits_.max_ratio;
    if (total <= limits_.max_bytes && !is_bomb) return;
    throw bad_entry(given, fmt::format("makes the archive too large: more than {} bytes, or {} "
                                       "times what was sent",
                                       limits_.max_bytes, limits_.max_ratio));
  }

  std::size_t packed_bytes_;
  const fs::path& folder_;
  const ArchiveLimits& limits_;
  std::set<std::string> files_;
  std::set<std::string> folders_;
  std::size_t num_entries_ = 0;
  std::uint64_t num_bytes_ = 0;
  std::uint64_t file_bytes_ = 0;  ///< Of the file being written.
};

}  // namespace

bool is_archive(std::string_view bytes) {
  using namespace std::string_view_literals;
  for (const std::string_view magic : {"PK\x03\x04"sv, "PK\x05\x06"sv, "\x1f\x8b"sv, "BZh"sv,
                                       "\xfd"
                                       "7zXZ"sv,
                                       "\x28\xb5\x2f\xfd"sv}) {
    if (bytes.starts_with(magic)) return true;
  }
  return bytes.size() > 262 && bytes.substr(257, 5) == "ustar";
}

void unpack_archive(std::string_view bytes, const fs::path& folder, const ArchiveLimits& limits) {
  const Reader reader = open_archive(bytes);
  Unpacking unpacking(bytes.size(), folder, limits);
  archive_entry* entry = nullptr;
  int result = ARCHIVE_OK;
  while ((result = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK ||
         result == ARCHIVE_WARN) {
    unpacking.take(reader.get(), entry);
  }
  if (result == ARCHIVE_EOF) return;
  const char* why = archive_error_string(reader.get());
  throw usage_error(fmt::format("the archive is broken: {}", why == nullptr ? "unknown" : why));
}

}  // namespace sciwright::server
