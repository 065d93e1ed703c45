#pragma once

#include <optional>

#include "base/error.h"

namespace sciwright::bench {

/// Listens for the signals by which schedulers and people end a run: SIGTERM and SIGUSR1 (time
/// limit, exit code 4) and SIGINT (exit code 130). A run asks `requested()` between steps, saves
/// its state and returns. A second SIGINT ends the program at once. One object at a time; the old
/// handlers return with its destruction.
class StopSignal final {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Why the run should stop, or nothing as long as it may go on. Callable from any thread.
  std::optional<ErrorKind> requested() const;

  /// Whether another process sent the newest signal, to this one alone as far as is known; Ctrl-C
  /// at a terminal goes to all programs that run there.
  bool was_sent() const;
};

}  // namespace sciwright::bench
