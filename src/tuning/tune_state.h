#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tuning/event.h"

namespace sciwright::tuning {

/// A trial on one rung.
struct RungState {
  enum class Phase {
    kOpen,  ///< Was released: somebody shall take it.
    kRunning,
    kEnded,
  };
  Phase phase = Phase::kOpen;
  int attempt = 0;
  std::optional<double> value = {};  ///< Of an end.
  std::string reason = {};
  std::string experiment = {};
  Json parameters = {};
  Worker worker = {};  ///< That has it, or had it last.
};

/// A combination of values, and how it fared with each budget it got.
struct Trial {
  std::vector<double> units = {};
  std::vector<RungState> rungs = {};  ///< As many as it has reached.
};

/// All that happened, folded. The same events give the same state to every worker.
class TuneState final {
 public:
  explicit TuneState(std::size_t num_rungs) : num_rungs_(num_rungs) {}

  /// Takes the next event. One that does not fit (an end of what had been released, a start of what
  /// is running) changes nothing: it came too late.
  void apply(const Event& event);

  std::size_t num_rungs() const { return num_rungs_; }
  const std::vector<Trial>& trials() const { return trials_; }
  std::size_t num_running() const { return num_running_; }

  /// The state of a trial on a rung; nullptr when it has not got there.
  const RungState* find(std::size_t trial, std::size_t rung) const;

 private:
  void start(const Event& event);

  const std::size_t num_rungs_;
  std::vector<Trial> trials_;
  std::size_t num_running_ = 0;
};

}  // namespace sciwright::tuning
