#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "train/materialised_source.h"

namespace sciwright::train {

/// Whether and where samples are written out.
struct SampleFileSettings {
  bool materialise = false;
  std::filesystem::path directory;  ///< Made when needed; nothing else may use it.
  bool keep = false;                ///< Leave the files when the object goes.
};

/// Bytes free for users on the file system of a directory.
std::uintmax_t free_bytes(const std::filesystem::path& directory);

/// The samples of a run in files, one per source, for tests of storage. Without `materialise` it
/// does nothing and hands every source back as it is.
class SampleFiles final {
 public:
  explicit SampleFiles(SampleFileSettings settings) : settings_(std::move(settings)) {}
  /// Removes the files and the directory, unless they are to be kept.
  ~SampleFiles();
  SampleFiles(const SampleFiles&) = delete;
  SampleFiles& operator=(const SampleFiles&) = delete;

  /// The source itself, or what reads `<name>.npy` in its stead once write() has run. `source` must
  /// outlive this object, which must outlive the result.
  const BatchSource& add(const std::string& name, const BatchSource& source);

  /// Says how much will be written where, then writes every file; false when `stop_requested` said
  /// so on the way. Throws a failure before the first byte when there is not enough room.
  bool write(const std::function<void(const std::string&)>& say,
             const std::function<bool()>& stop_requested,
             const std::function<std::uintmax_t(const std::filesystem::path&)>& free = free_bytes);

  /// bytes_written, write_s, write_mb_per_s, bytes_read, read_s, read_mb_per_s over all files (MB =
  /// 10⁶ bytes; rates of nothing are null), for result.json. Null when nothing is materialised.
  nlohmann::json facts() const;

 private:
  SampleFileSettings settings_;
  std::vector<std::unique_ptr<MaterialisedSource>> sources_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace sciwright::train
