#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace sciwright::storage {

/// Blocks of a file in the order they are touched.
struct Blocks {
  std::int64_t block_bytes = 0;
  std::vector<std::int64_t> offsets;
};

/// All blocks of a file from front to end.
Blocks sequential_blocks(std::int64_t file_bytes, std::int64_t block_bytes);

/// At most `count` different blocks in random order.
Blocks random_blocks(std::int64_t file_bytes, std::int64_t block_bytes, int count,
                     std::uint64_t seed);

// Each throws a failure that names the file and the reason.

/// Writes the blocks (creating the file) and makes them durable.
void write_blocks(const std::filesystem::path& file, const Blocks& blocks);

/// Reads the blocks.
void read_blocks(const std::filesystem::path& file, const Blocks& blocks);

/// Copies the blocks out of a mapping of the file.
void read_mapped_blocks(const std::filesystem::path& file, const Blocks& blocks);

/// Asks the kernel to forget the file's pages; whether it did (at most 1 % are left).
bool drop_cache(const std::filesystem::path& file);

}  // namespace sciwright::storage
