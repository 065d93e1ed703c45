#pragma once

#include <memory>
#include <optional>
#include <string>

#include "report/run_set.h"

namespace sciwright::report {

/// Reads many a result.json quickly, one after the other, on one thread.
class ResultReader final {
 public:
  /// `names` gets the texts and must outlive the reader.
  explicit ResultReader(Names& names);
  ~ResultReader();

  /// The run of a folder; nothing when it has no result.json. One that cannot be read is told in
  /// `problems`, and there is no run. All numbers are kept but those in lists, and texts of up to
  /// 60 bytes below `details`.
  std::optional<Run> read(const std::string& folder, Problems& problems);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sciwright::report
