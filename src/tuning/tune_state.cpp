#include "tuning/tune_state.h"

namespace sciwright::tuning {

const RungState* TuneState::find(std::size_t trial, std::size_t rung) const {
  if (trial >= trials_.size() || rung >= trials_[trial].rungs.size()) return nullptr;
  return &trials_[trial].rungs[rung];
}

void TuneState::apply(const Event& event) {
  if (event.kind == Event::Kind::kStart) return start(event);
  const RungState* known = find(event.trial, event.rung);
  const bool fits = known != nullptr && known->phase == RungState::Phase::kRunning &&
                    known->attempt == event.attempt;
  if (!fits) return;
  RungState& state = trials_[event.trial].rungs[event.rung];
  const bool is_end = event.kind == Event::Kind::kEnd;
  state.phase = is_end ? RungState::Phase::kEnded : RungState::Phase::kOpen;
  state.value = event.value;
  state.reason = event.reason;
  --num_running_;
}

void TuneState::start(const Event& event) {
  const bool is_new_trial = event.trial == trials_.size() && event.rung == 0;
  if (is_new_trial) trials_.push_back({event.units, {}});
  if (event.trial >= trials_.size() || event.rung >= num_rungs_) return;
  Trial& trial = trials_[event.trial];
  if (event.rung == trial.rungs.size()) trial.rungs.emplace_back();
  if (event.rung >= trial.rungs.size()) return;
  RungState& state = trial.rungs[event.rung];
  if (state.phase != RungState::Phase::kOpen || event.attempt != state.attempt + 1) return;
  state.phase = RungState::Phase::kRunning;
  state.attempt = event.attempt;
  state.experiment = event.experiment;
  state.parameters = event.parameters;
  state.worker = event.worker;
  ++num_running_;
}

}  // namespace sciwright::tuning
