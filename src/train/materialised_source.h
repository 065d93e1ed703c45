#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/clock.h"
#include "train/batch.h"

namespace sciwright::train {

/// What went to and came from a file. Times include nothing but the calls that move the bytes.
struct FileTraffic {
  std::int64_t bytes_written = 0;
  std::int64_t bytes_read = 0;
  double write_s = 0;  ///< Until the bytes are on the disk (fsync).
  double read_s = 0;   ///< From the disk or the system's page cache.
};

/// Another source whose inputs were written out into a file and are read back batch by batch, as
/// loaders do that prepare their windows on disk. For tests of storage: batches are those of the
/// other source, bit for bit, only slower. Targets and baselines stay the other source's.
///
/// The file is an .npy of [samples, …] float32 that numpy.load reads, also with mmap_mode="r".
class MaterialisedSource final : public BatchSource {
 public:
  /// Nothing is written yet. `source` must outlive it.
  MaterialisedSource(const BatchSource& source, std::filesystem::path file,
                     Clock clock = system_clock());
  ~MaterialisedSource() override;
  MaterialisedSource(const MaterialisedSource&) = delete;
  MaterialisedSource& operator=(const MaterialisedSource&) = delete;

  /// Size of the file.
  std::int64_t num_bytes() const;

  /// Writes the file in blocks of a few MiB, atomically, and asks the system to drop it from its
  /// page cache. False, and no file, when `stop_requested` said so between two blocks. Throws a
  /// failure that names the file and the reason.
  bool write(const std::function<bool()>& stop_requested);

  std::int64_t num_samples() const override { return source_.num_samples(); }
  /// Only after write(). Throws a failure when the file was cut short meanwhile.
  Batch batch(std::span<const std::uint32_t> samples) const override;

  const FileTraffic& traffic() const { return traffic_; }

 private:
  const BatchSource& source_;
  const std::filesystem::path file_;
  const Clock clock_;
  std::string header_;
  std::int64_t sample_bytes_ = 0;
  int descriptor_ = -1;
  mutable FileTraffic traffic_;  ///< Counted by the one thread that asks for batches.
};

}  // namespace sciwright::train
