#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"

namespace sciwright {

/// One line on a terminal that shows how far a piece of work is: "epoch 3/10  [=====>    ]  52 %
/// 0.0123  480/s  1m 05s left". Prints nothing where it is not `enabled` (no terminal,
/// --no-progress, -q), and at most ten times a second. Not thread-safe.
class ProgressBar final {
 public:
  using Sink = std::function<void(const std::string&)>;

  /// `sink` gets what is to be written, "\r" and all; `clock` gives the rate.
  ProgressBar(bool enabled, Sink sink, Clock clock);

  /// Starts a new line of work with `total` steps.
  void start(std::string label, std::int64_t total);
  /// Says that `done` steps are finished; `note` is a short text (a loss) shown behind the bar.
  void update(std::int64_t done, const std::string& note = "");
  /// Wipes the line, so that other output can follow.
  void finish();

 private:
  bool enabled_;
  Sink sink_;
  Clock clock_;
  std::string label_;
  std::int64_t total_ = 0;
  std::int64_t start_ns_ = 0;
  std::int64_t last_ns_ = 0;
};

/// The text of one progress line, without control characters.
std::string progress_line(const std::string& label, std::int64_t done, std::int64_t total,
                          double elapsed_s, const std::string& note);

/// True when stderr is a terminal that a line may be redrawn on (TERM is not "dumb").
bool stderr_is_terminal();

/// Writes to stderr at once.
void write_stderr(const std::string& text);

}  // namespace sciwright
