#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sciwright::io {

/// How a file is packed.
enum class Compression { kNone, kGzip, kXz, kZstd, kBzip2 };

/// The compression a file name asks for: .gz, .xz, .zst, .bz2, else none. For writing; a reader
/// looks at the content instead.
Compression compression_of_name(const std::filesystem::path& path);

/// A file read from start to end, unpacked on the way. The packing (gzip, xz, zstd, bzip2 or none)
/// is told from the content, never from the name. One thread at a time.
class DecompressedFile final {
 public:
  /// Throws a usage error that names the file when it cannot be opened.
  explicit DecompressedFile(const std::filesystem::path& path);
  ~DecompressedFile();
  DecompressedFile(const DecompressedFile&) = delete;
  DecompressedFile& operator=(const DecompressedFile&) = delete;

  /// Fills `buffer` from its start and returns the number of bytes; fewer than asked for only at
  /// the end of the file. Throws a usage error that names the file and what is wrong when the
  /// archive is truncated or its checksum does not fit.
  std::size_t read(std::span<char> buffer);

 private:
  struct Source;
  std::unique_ptr<Source> source_;
};

/// The whole file, unpacked. Errors as in DecompressedFile.
std::string read_decompressed(const std::filesystem::path& path);

/// Whole lines of a text file.
struct LineBlock {
  std::string text;             ///< Ends with a newline, but perhaps at the end of the file.
  std::int64_t first_line = 1;  ///< Number of its first line, counted from 1.
};

/// Reads a text file in blocks of whole lines, so that memory stays bounded and a caller can parse
/// one block while the next is unpacked.
class LineBlockReader final {
 public:
  explicit LineBlockReader(const std::filesystem::path& path, std::size_t block_bytes = 4 << 20);

  /// Replaces `block` by the next lines; false at the end of the file. A line longer than a block
  /// makes the block longer.
  bool next(LineBlock& block);

 private:
  DecompressedFile file_;
  std::size_t block_bytes_;
  std::string rest_;  ///< The start of a line whose end was not read yet.
  std::int64_t line_ = 1;
  bool at_end_ = false;
};

/// `bytes` packed. Equal bytes give equal packed ones: no times or names are stored.
std::string compressed(std::string_view bytes, Compression compression);

/// Packs `bytes` and writes them atomically (see write_file_atomic).
void write_compressed(const std::filesystem::path& path, std::string_view bytes,
                      Compression compression);

}  // namespace sciwright::io
