#pragma once

#include <cstddef>

#include "tuning/tune_settings.h"
#include "tuning/tune_state.h"

namespace sciwright::tuning {

/// What a worker with a free place should do.
struct Step {
  enum class Kind {
    kRetry,    ///< Take again what was released.
    kPromote,  ///< Give a trial the next budget.
    kNew,      ///< Start a new trial.
    kWait,     ///< Nothing now; what runs may make more to do.
    kDone,     ///< Nothing any more.
  };
  Kind kind = Kind::kDone;
  std::size_t trial = 0;
  std::size_t rung = 0;
};

/// Asynchronous successive halving (ASHA; Li et al. 2020, algorithm 2): from the highest rung down,
/// a trial goes on to the next budget when it is among the best 1/reduction of those that have
/// ended on its rung; else a new one is started, and nobody waits for a rung to fill. What was
/// released comes first. `may_start_new`: false when no other combination is left.
Step next_step(const TuneState& state, const TuneSettings& settings, bool may_start_new);

/// Whether `a` is a better value than `b`; nothing is worse than everything.
bool is_better(const std::optional<double>& a, const std::optional<double>& b,
               const TuneSettings& settings);

/// The trials that have ended on a rung, best first; of equals, the earlier one.
std::vector<std::size_t> ranking(const TuneState& state, const TuneSettings& settings,
                                 std::size_t rung);

/// All trials that have ended on some rung, best first: those with a value on a higher rung before
/// all others, since only the better ones get there.
std::vector<std::size_t> overall_ranking(const TuneState& state, const TuneSettings& settings);

}  // namespace sciwright::tuning
