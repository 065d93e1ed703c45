#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tuning/event.h"

namespace sciwright::tuning {

/// What happened, in an order that all workers agree on, without a server and without a lock: file
/// number n of a folder is event n, and making it is a hard link, which also over NFS only one can
/// do. Who wants to write event n has therefore seen all before it. A file appears whole and is
/// never changed. One object belongs to one thread.
class EventLog final {
 public:
  /// `folder` is there.
  explicit EventLog(std::filesystem::path folder);

  /// The events that others (or append) added since the last call, in order. Throws a usage error
  /// for a file that holds none.
  std::vector<Event> read_new();

  /// Adds an event behind all that were read. False when somebody else has added one meanwhile:
  /// read, and decide anew.
  bool append(const Event& event);

 private:
  std::filesystem::path place(std::size_t number) const;

  const std::filesystem::path folder_;
  std::size_t num_read_ = 0;
};

}  // namespace sciwright::tuning
