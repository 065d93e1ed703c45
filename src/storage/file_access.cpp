#include "storage/file_access.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/random.h"

namespace sciwright::storage {
namespace {

namespace fs = std::filesystem;

Error failure(const fs::path& file, const char* verb) {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot {}: {}", file.string(), verb, std::strerror(errno)));
}

/// An open file, closed at the end of the scope.
class OpenFile final {
 public:
  OpenFile(const fs::path& file, int flags)
      : file_(file), descriptor_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) throw failure(file_, "open");
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int descriptor() const { return descriptor_; }

  std::size_t size() const {
    struct stat facts {};
    if (::fstat(descriptor_, &facts) != 0) throw failure(file_, "look at");
    return static_cast<std::size_t>(facts.st_size);
  }

 private:
  const fs::path& file_;
  int descriptor_;
};

/// A read-only mapping of a whole file that is not empty.
class Mapping final {
 public:
  Mapping(const OpenFile& file, const fs::path& path)
      : size_(file.size()),
        data_(::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file.descriptor(), 0)) {
    if (data_ == MAP_FAILED) throw failure(path, "map");
  }
  ~Mapping() { ::munmap(data_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  const char* data() const { return static_cast<const char*>(data_); }
  void* address() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  void* data_;
};

/// Bytes that no file system can pack.
std::vector<char> noise(std::int64_t size) {
  std::vector<char> bytes(static_cast<std::size_t>(size));
  RandomStream stream(derive_seed(1, "probe noise"));
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t word = stream();
    std::memcpy(&bytes[i], &word, std::min(sizeof word, bytes.size() - i));
  }
  return bytes;
}

}  // namespace

Blocks sequential_blocks(std::int64_t file_bytes, std::int64_t block_bytes) {
  Blocks blocks{block_bytes, {}};
  for (std::int64_t at = 0; at + block_bytes <= file_bytes; at += block_bytes) {
    blocks.offsets.push_back(at);
  }
  return blocks;
}

Blocks random_blocks(std::int64_t file_bytes, std::int64_t block_bytes, int count,
                     std::uint64_t seed) {
  const auto num_blocks = static_cast<std::uint32_t>(file_bytes / block_bytes);
  Blocks blocks{block_bytes, {}};
  for (const std::uint32_t index : random_permutation(num_blocks, seed)) {
    if (std::ssize(blocks.offsets) == count) break;
    blocks.offsets.push_back(static_cast<std::int64_t>(index) * block_bytes);
  }
  return blocks;
}

void write_blocks(const fs::path& file, const Blocks& blocks) {
  static const std::vector<char> content = noise(1 << 20);
  const OpenFile out(file, O_WRONLY | O_CREAT);
  for (const std::int64_t offset : blocks.offsets) {
    for (std::int64_t done = 0; done < blocks.block_bytes;) {
      const auto size = std::min<std::size_t>(static_cast<std::size_t>(blocks.block_bytes - done),
                                              content.size());
      const ssize_t count = ::pwrite(out.descriptor(), content.data(), size, offset + done);
      if (count <= 0) throw failure(file, "write");
      done += count;
    }
  }
  if (::fsync(out.descriptor()) != 0) throw failure(file, "write");
}

void read_blocks(const fs::path& file, const Blocks& blocks) {
  const OpenFile in(file, O_RDONLY);
  std::vector<char> buffer(static_cast<std::size_t>(blocks.block_bytes));
  for (const std::int64_t offset : blocks.offsets) {
    if (::pread(in.descriptor(), buffer.data(), buffer.size(), offset) != blocks.block_bytes) {
      throw failure(file, "read");
    }
  }
}

void read_mapped_blocks(const fs::path& file, const Blocks& blocks) {
  const OpenFile in(file, O_RDONLY);
  const Mapping mapping(in, file);
  std::vector<char> buffer(static_cast<std::size_t>(blocks.block_bytes));
  for (const std::int64_t offset : blocks.offsets) {
    std::memcpy(buffer.data(), mapping.data() + offset, buffer.size());
    // What nobody looks at need not be copied, says the compiler.
    asm volatile("" : : "r"(buffer.data()) : "memory");
  }
}

bool drop_cache(const fs::path& file) {
  const OpenFile in(file, O_RDONLY);
  ::fsync(in.descriptor());
  ::posix_fadvise(in.descriptor(), 0, 0, POSIX_FADV_DONTNEED);
  if (in.size() == 0) return true;
  const Mapping mapping(in, file);
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> resident((mapping.size() + page_bytes - 1) / page_bytes);
  if (::mincore(mapping.address(), mapping.size(), resident.data()) != 0) return false;
  const auto num_resident = std::count_if(resident.begin(), resident.end(),
                                          [](unsigned char page) { return (page & 1) != 0; });
  return static_cast<std::size_t>(num_resident) * 100 <= resident.size();
}

}  // namespace sciwright::storage
