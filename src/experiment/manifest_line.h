#pragma once

#include <memory>
#include <string_view>

#include "experiment/manifest.h"

namespace sciwright::experiment {

/// Reads lines of kind "experiment" fast: a study may have a hundred thousand. Reads nothing else,
/// and says of no line what is wrong with it; `Json::parse` and `entry_of` do.
class ManifestLineReader final {
 public:
  explicit ManifestLineReader(ManifestDetail detail);
  ~ManifestLineReader();
  ManifestLineReader(const ManifestLineReader&) = delete;
  ManifestLineReader& operator=(const ManifestLineReader&) = delete;

  /// Bytes that must be readable behind the end of a line.
  static const std::size_t kPadding;

  /// Fills the entry, but for `call`. False for any line that is not a complete experiment; the
  /// entry is good for nothing then.
  bool read(std::string_view line, ManifestEntry& entry);

 private:
  struct Parser;
  const ManifestDetail detail_;
  std::unique_ptr<Parser> parser_;
};

/// The same of a line that was parsed. Throws Json::exception where something is missing.
ManifestEntry entry_of(const Json& line, ManifestDetail detail);

}  // namespace sciwright::experiment
