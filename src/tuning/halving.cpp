#include "tuning/halving.h"

#include <algorithm>

namespace sciwright::tuning {
namespace {

using Phase = RungState::Phase;

std::optional<Step> released(const TuneState& state) {
  for (std::size_t t = 0; t < state.trials().size(); ++t) {
    const auto& rungs = state.trials()[t].rungs;
    for (std::size_t r = 0; r < rungs.size(); ++r) {
      if (rungs[r].phase == Phase::kOpen) return Step{Step::Kind::kRetry, t, r};
    }
  }
  return std::nullopt;
}

std::optional<Step> promotion(const TuneState& state, const TuneSettings& settings) {
  for (std::size_t r = state.num_rungs() - 1; r-- > 0;) {
    const std::vector<std::size_t> ranked = ranking(state, settings, r);
    const std::size_t num_promoted = ranked.size() / settings.reduction;
    for (std::size_t i = 0; i < num_promoted; ++i) {
      const Trial& trial = state.trials()[ranked[i]];
      if (!trial.rungs[r].value) break;  // what has no value is not worth more
      if (trial.rungs.size() == r + 1) return Step{Step::Kind::kPromote, ranked[i], r + 1};
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_better(const std::optional<double>& a, const std::optional<double>& b,
               const TuneSettings& settings) {
  if (!a || !b) return a.has_value() && !b.has_value();
  return settings.better == "lower" ? *a < *b : *a > *b;
}

std::vector<std::size_t> ranking(const TuneState& state, const TuneSettings& settings,
                                 std::size_t rung) {
  std::vector<std::size_t> ended;
  for (std::size_t t = 0; t < state.trials().size(); ++t) {
    const RungState* at = state.find(t, rung);
    if (at != nullptr && at->phase == Phase::kEnded) ended.push_back(t);
  }
  std::stable_sort(ended.begin(), ended.end(), [&](std::size_t a, std::size_t b) {
    return is_better(state.find(a, rung)->value, state.find(b, rung)->value, settings);
  });
  return ended;
}

std::vector<std::size_t> overall_ranking(const TuneState& state, const TuneSettings& settings) {
  std::vector<std::size_t> out;
  std::vector<bool> is_placed(state.trials().size(), false);
  const auto place = [&](std::size_t rung, bool with_value) {
    for (const std::size_t trial : ranking(state, settings, rung)) {
      if (is_placed[trial] || state.find(trial, rung)->value.has_value() != with_value) continue;
      is_placed[trial] = true;
      out.push_back(trial);
    }
  };
  for (std::size_t rung = state.num_rungs(); rung-- > 0;) place(rung, true);
  place(0, false);
  return out;
}

Step next_step(const TuneState& state, const TuneSettings& settings, bool may_start_new) {
  if (const auto step = released(state)) return *step;
  if (const auto step = promotion(state, settings)) return *step;
  if (may_start_new && state.trials().size() < settings.trials) {
    return {Step::Kind::kNew, state.trials().size(), 0};
  }
  return {state.num_running() > 0 ? Step::Kind::kWait : Step::Kind::kDone, 0, 0};
}

}  // namespace sciwright::tuning
