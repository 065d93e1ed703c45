#include "io/compressed_stream.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <zlib.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 1 << 17;

struct CloseGzip {
  void operator()(gzFile_s* file) const { ::gzclose(file); }
};
struct FreeArchive {
  void operator()(archive* a) const { ::archive_free(a); }
};
using GzipHandle = std::unique_ptr<gzFile_s, CloseGzip>;
using ArchiveHandle = std::unique_ptr<archive, FreeArchive>;

Error unreadable(const fs::path& path, const char* reason) {
  // liblzma says "No progress is possible" of a file that was cut short.
  const bool ends_early =
      reason == nullptr || std::string_view(reason).find("No progress") != std::string_view::npos;
  return usage_error(fmt::format("{}: cannot unpack this file: {}", path.string(),
                                 ends_early ? "it ends too early" : reason));
}

bool starts_like_gzip(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw usage_error(fmt::format("{}: is a directory, not a file", path.string()));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw usage_error(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno)));
  }
  std::array<char, 2> magic{};
  file.read(magic.data(), magic.size());
  return magic == std::array<char, 2>{'\x1f', '\x8b'};
}

GzipHandle open_gzip(const fs::path& path) {
  GzipHandle file(::gzopen(path.c_str(), "rb"));
  if (!file) throw unreadable(path, std::strerror(errno));
  ::gzbuffer(file.get(), kReadBytes);
  return file;
}

ArchiveHandle open_archive(const fs::path& path) {
  ArchiveHandle a(::archive_read_new());
  ::archive_read_support_filter_xz(a.get());
  ::archive_read_support_filter_zstd(a.get());
  ::archive_read_support_filter_bzip2(a.get());
  ::archive_read_support_format_raw(a.get());
  ::archive_read_support_format_empty(a.get());
  archive_entry* entry = nullptr;
  if (::archive_read_open_filename(a.get(), path.c_str(), kReadBytes) != ARCHIVE_OK) {
    throw unreadable(path, ::archive_error_string(a.get()));
  }
  const int status = ::archive_read_next_header(a.get(), &entry);
  if (status == ARCHIVE_EOF) return nullptr;
  if (status != ARCHIVE_OK) throw unreadable(path, ::archive_error_string(a.get()));
  return a;
}

/// archive_write_callback that appends to a std::string.
la_ssize_t append_to_string(archive*, void* text, const void* data, std::size_t length) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), length);
  return static_cast<la_ssize_t>(length);
}

void add_filter(archive* a, Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return;
    case Compression::kGzip:
      ::archive_write_add_filter_gzip(a);
      ::archive_write_set_filter_option(a, "gzip", "timestamp", nullptr);
      return;
    case Compression::kXz:
      ::archive_write_add_filter_xz(a);
      return;
    case Compression::kZstd:
      ::archive_write_add_filter_zstd(a);
      return;
    case Compression::kBzip2:
      ::archive_write_add_filter_bzip2(a);
      return;
  }
}

}  // namespace

Compression compression_of_name(const fs::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".gz") return Compression::kGzip;
  if (extension == ".xz") return Compression::kXz;
  if (extension == ".zst") return Compression::kZstd;
  if (extension == ".bz2") return Compression::kBzip2;
  return Compression::kNone;
}

/// gzip goes through zlib, because libarchive does not compare gzip's checksum; the rest through
/// libarchive. Both handles are null for an empty file.
struct DecompressedFile::Source {
  fs::path path;
  GzipHandle gzip;
  ArchiveHandle packed;
};

DecompressedFile::DecompressedFile(const fs::path& path) : source_(std::make_unique<Source>()) {
  source_->path = path;
  if (starts_like_gzip(path)) {
    source_->gzip = open_gzip(path);
  } else {
    source_->packed = open_archive(path);
  }
}

DecompressedFile::~DecompressedFile() = default;

std::size_t DecompressedFile::read(std::span<char> buffer) {
  Source& s = *source_;
  std::size_t filled = 0;
  while (filled < buffer.size() && (s.gzip || s.packed)) {
    char* const target = buffer.data() + filled;
    const std::size_t wanted = std::min<std::size_t>(buffer.size() - filled, 1 << 30);
    const auto count =
        s.gzip
            ? static_cast<la_ssize_t>(::gzread(s.gzip.get(), target, static_cast<unsigned>(wanted)))
            : ::archive_read_data(s.packed.get(), target, wanted);
    int gzip_error = Z_OK;
    const char* gzip_message = s.gzip ? ::gzerror(s.gzip.get(), &gzip_error) : nullptr;
    // A truncated gzip file shows as a short read with Z_BUF_ERROR, not as a failed one.
    if (count < 0 || gzip_error != Z_OK) {
      throw unreadable(s.path, s.gzip ? gzip_message : ::archive_error_string(s.packed.get()));
    }
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

std::string read_decompressed(const fs::path& path) {
  DecompressedFile file(path);
  std::string content;
  std::size_t filled = 0;
  do {
    content.resize(std::max<std::size_t>(1 << 20, 2 * filled));
    filled += file.read(std::span(content).subspan(filled));
  } while (filled == content.size());
  content.resize(filled);
  return content;
}

LineBlockReader::LineBlockReader(const fs::path& path, std::size_t block_bytes)
    : file_(path), block_bytes_(block_bytes) {}

bool LineBlockReader::next(LineBlock& block) {
  std::string text = std::move(rest_);
  rest_.clear();
  std::size_t end = 0;  // one behind the last newline
  while (end == 0 && !at_end_) {
    const std::size_t old_size = text.size();
    text.resize(old_size + block_bytes_);
    const std::size_t count = file_.read(std::span(text).subspan(old_size));
    text.resize(old_size + count);
    at_end_ = count < block_bytes_;
    const std::size_t newline = text.rfind('\n');
    end = newline == std::string::npos ? 0 : newline + 1;
  }
  if (!at_end_) {
    rest_ = text.substr(end);
    text.resize(end);
  }
  block.first_line = line_;
  line_ += std::count(text.begin(), text.end(), '\n');
  block.text = std::move(text);
  return !block.text.empty();
}

std::string compressed(std::string_view bytes, Compression compression) {
  if (compression == Compression::kNone) return std::string(bytes);
  std::string packed;
  const ArchiveHandle a(::archive_write_new());
  ::archive_write_set_format_raw(a.get());
  add_filter(a.get(), compression);
  ::archive_write_set_bytes_in_last_block(a.get(), 1);
  const std::unique_ptr<archive_entry, decltype(&::archive_entry_free)> entry(::archive_entry_new(),
                                                                              ::archive_entry_free);
  ::archive_entry_set_filetype(entry.get(), AE_IFREG);
  const bool written =
      ::archive_write_open(a.get(), &packed, nullptr, append_to_string, nullptr) == ARCHIVE_OK &&
      ::archive_write_header(a.get(), entry.get()) == ARCHIVE_OK &&
      ::archive_write_data(a.get(), bytes.data(), bytes.size()) ==
          static_cast<la_ssize_t>(bytes.size()) &&
      ::archive_write_close(a.get()) == ARCHIVE_OK;
  if (!written) {
    throw Error(ErrorKind::kFailure,
                fmt::format("cannot compress: {}", ::archive_error_string(a.get())));
  }
  return packed;
}

void write_compressed(const fs::path& path, std::string_view bytes, Compression compression) {
  write_file_atomic(path, compressed(bytes, compression));
}

}  // namespace sciwright::io
