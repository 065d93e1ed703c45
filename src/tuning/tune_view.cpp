#include "tuning/tune_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_table.h"
#include "experiment/value_text.h"
#include "tuning/halving.h"

namespace sciwright::tuning {
namespace {

using Phase = RungState::Phase;

const char* phase_name(Phase phase) {
  switch (phase) {
    case Phase::kOpen:
      return "released";
    case Phase::kRunning:
      return "running";
    case Phase::kEnded:
      break;
  }
  return "ended";
}

std::size_t count(const TuneState& state, std::size_t rung,
                  const std::function<bool(const RungState&)>& holds) {
  return static_cast<std::size_t>(std::ranges::count_if(state.trials(), [&](const Trial& trial) {
    return rung < trial.rungs.size() && holds(trial.rungs[rung]);
  }));
}

std::string value_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : "–";
}

}  // namespace

std::optional<BestTrial> best_trial(const TuneState& state, const TuneSettings& settings) {
  for (std::size_t rung = state.num_rungs(); rung-- > 0;) {
    const std::vector<std::size_t> ranked = ranking(state, settings, rung);
    if (!ranked.empty() && state.find(ranked[0], rung)->value) return BestTrial{ranked[0], rung};
  }
  return std::nullopt;
}

std::string tune_text(const TuneState& state, const TuneSettings& settings) {
  TextTable table;
  table.column(settings.budget.empty() ? "budget" : settings.budget);
  for (const char* name : {"started", "running", "ended", "without value"}) table.column(name);
  table.column("best " + settings.metric).column("experiment", TextTable::Align::kLeft);
  for (std::size_t rung = 0; rung < state.num_rungs(); ++rung) {
    const std::vector<std::size_t> ranked = ranking(state, settings, rung);
    const RungState* best = ranked.empty() ? nullptr : state.find(ranked[0], rung);
    const auto number = [&](auto&& holds) { return fmt::to_string(count(state, rung, holds)); };
    table.row({settings.budget.empty() ? "–" : experiment::printed_form(settings.budgets[rung]),
               number([](const RungState&) { return true; }),
               number([](const RungState& at) { return at.phase == Phase::kRunning; }),
               number([](const RungState& at) { return at.phase == Phase::kEnded; }),
               number([](const RungState& at) { return at.phase == Phase::kEnded && !at.value; }),
               best == nullptr ? "–" : value_text(best->value),
               best == nullptr ? "–" : best->experiment});
  }
  std::string text = table.text();
  text += fmt::format("{} of {} trials started\n", state.trials().size(), settings.trials);
  if (const auto best = best_trial(state, settings)) {
    const RungState& at = *state.find(best->trial, best->rung);
    text += fmt::format("best: {} ({} {})\n", at.experiment, settings.metric, value_text(at.value));
  }
  return text;
}

Json tune_json(const TuneState& state, const TuneSettings& settings) {
  Json trials = Json::array();
  for (const Trial& trial : state.trials()) {
    Json rungs = Json::array();
    for (const RungState& at : trial.rungs) {
      rungs.push_back({{"experiment", at.experiment},
                       {"parameters", at.parameters},
                       {"state", phase_name(at.phase)},
                       {"attempt", at.attempt},
                       {"value", at.value ? Json(*at.value) : Json()},
                       {"reason", at.reason.empty() ? Json() : Json(at.reason)}});
    }
    trials.push_back(std::move(rungs));
  }
  Json best = nullptr;
  if (const auto found = best_trial(state, settings)) {
    const RungState& at = *state.find(found->trial, found->rung);
    best = {{"trial", found->trial},
            {"rung", found->rung},
            {"experiment", at.experiment},
            {"parameters", at.parameters},
            {"value", *at.value}};
  }
  return {{"schema_version", 1},
          {"settings", tune_section(settings)},
          {"trials", std::move(trials)},
          {"best", std::move(best)}};
}

}  // namespace sciwright::tuning
