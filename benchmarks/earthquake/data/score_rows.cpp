#include "earthquake/data/score_rows.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text_table.h"

namespace sciwright::earthquake {
namespace {

using nlohmann::json;

/// NaN has no form in JSON; what could not be computed is null.
json number(double value) { return std::isfinite(value) ? json(value) : json(); }

json by_group(const ForecastScore& score, double GroupScore::*member) {
  return {{"all", number(score.all.*member)},
          {"train", number(score.training.*member)},
          {"val", number(score.validation.*member)}};
}

/// Which pixels a row scores: alike for all forecasts.
const GroupScore& pixels_of(const ScoreRow& row) {
  return row.model ? row.model->all : row.baselines.front().second.all;
}

json row_json(const ScoreRow& row) {
  json out = {{"parameter", row.parameter.name},
              {"period", row.period},
              {"shared", row.parameter.shared()},
              {"window", row.parameter.window},
              {"step", row.parameter.step},
              {"num_pixels", pixels_of(row).num_pixels},
              {"num_constant_pixels", pixels_of(row).num_constant_pixels},
              {"average", json()},
              {"summed", json()},
              {"mse", json()},
              {"mae", json()},
              {"baselines", json::object()}};
  if (row.model) {
    out["average"] = by_group(*row.model, &GroupScore::average_nnse);
    out["summed"] = by_group(*row.model, &GroupScore::summed_nnse);
    out["average_nse"] = by_group(*row.model, &GroupScore::average_nse);
    out["mse"] = number(row.model->all.mse);
    out["mae"] = number(row.model->all.mae);
    out["num_sequences"] = row.model->num_sequences;
  }
  for (const auto& [name, score] : row.baselines) {
    out["baselines"][name] = {{"average", number(score.all.average_nnse)},
                              {"summed", number(score.all.summed_nnse)},
                              {"average_train", number(score.training.average_nnse)},
                              {"average_val", number(score.validation.average_nnse)}};
  }
  return out;
}

std::string cell(double value) { return std::isfinite(value) ? fmt::format("{:.3f}", value) : "–"; }

/// The name of the best average NNSE in a row; the model wins ties to three digits only when it is
/// above.
std::string best_name(const ScoreRow& row) {
  std::string best = "–";
  double highest = -1;
  for (const auto& [name, score] : row.baselines) {
    if (score.all.average_nnse > highest) {
      highest = score.all.average_nnse;
      best = name;
    }
  }
  if (row.model && row.model->all.average_nnse > highest) best = "model";
  return best;
}

std::string period_table(const std::vector<const ScoreRow*>& rows) {
  TextTable table;
  table.column("parameter", TextTable::Align::kLeft).column("shared");
  const bool has_model = rows.front()->model.has_value();
  if (has_model) table.column("model").column("train").column("val").column("summed");
  for (const auto& [name, score] : rows.front()->baselines) table.column(name);
  table.column("best", TextTable::Align::kLeft);
  for (const ScoreRow* row : rows) {
    std::vector<std::string> cells = {
        row->parameter.name, fmt::format("{}/{}", row->parameter.shared(), row->parameter.window)};
    if (has_model) {
      for (const double value :
           {row->model->all.average_nnse, row->model->training.average_nnse,
            row->model->validation.average_nnse, row->model->all.summed_nnse}) {
        cells.push_back(cell(value));
      }
    }
    for (const auto& [name, score] : row->baselines) cells.push_back(cell(score.all.average_nnse));
    cells.push_back(best_name(*row));
    table.row(std::move(cells));
  }
  return table.text();
}

/// Says how many pixels the averages leave out; empty when none.
std::string constant_pixels_text(const std::vector<const ScoreRow*>& rows) {
  int fewest = pixels_of(*rows.front()).num_constant_pixels;
  int most = fewest;
  for (const ScoreRow* row : rows) {
    fewest = std::min(fewest, pixels_of(*row).num_constant_pixels);
    most = std::max(most, pixels_of(*row).num_constant_pixels);
  }
  if (most == 0) return "";
  const std::string count =
      fewest == most ? fmt::format("{}", most) : fmt::format("{} to {}", fewest, most);
  return fmt::format(
      "Averages leave out {} of {} pixels, by parameter: always the same value in this period, so "
      "without an NNSE.\n",
      count, pixels_of(*rows.front()).num_pixels);
}

}  // namespace

ScoreTask score_task(const ScoreRequest& request, const Period& period,
                     const PredictionParameter& parameter) {
  const SequenceAxis& axis = request.task.protocol.axis;
  SequenceRange sequences = sequences_for(period, axis, parameter);
  if (request.missing == MissingObservation::kZeroError) sequences.end = axis.num_sequences();
  return {.magnitudes = request.task.history.magnitude(parameter.window),
          .axis = axis,
          .sequences = sequences,
          .is_validation = request.split.is_validation,
          .scale = request.scales[static_cast<std::size_t>(parameter.quantity)],
          .missing = request.missing};
}

std::vector<ScoreRow> score_rows(const ScoreRequest& request) {
  const BaselineTask& task = request.task;
  std::vector<ScoreRow> rows;
  for (std::size_t p = 0; p < request.parameters.size(); ++p) {
    const PredictionParameter& parameter = request.parameters[p];
    std::vector<std::pair<std::string, Forecast>> simple;
    for (const Baseline& baseline : baselines()) {
      simple.emplace_back(baseline.name, baseline.forecast(task, parameter));
    }
    for (const Period& period : task.protocol.scored) {
      const ScoreTask scored = score_task(request, period, parameter);
      const auto score = [&](const Forecast& forecast) {
        return score_forecast<float>(scored, parameter, forecast.values);
      };
      ScoreRow row = {parameter, period.name, {}, {}};
      if (!request.forecasts.empty()) row.model = score(request.forecasts[p]);
      for (const auto& [name, forecast] : simple) row.baselines.emplace_back(name, score(forecast));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

json score_json(const std::vector<ScoreRow>& rows) {
  json out = json::array();
  for (const ScoreRow& row : rows) out.push_back(row_json(row));
  return out;
}

std::string score_text(const std::vector<ScoreRow>& rows) {
  std::vector<std::string> periods;
  for (const ScoreRow& row : rows) {
    if (std::find(periods.begin(), periods.end(), row.period) == periods.end()) {
      periods.push_back(row.period);
    }
  }
  std::string out;
  for (const std::string& period : periods) {
    std::vector<const ScoreRow*> of_period;
    for (const ScoreRow& row : rows) {
      if (row.period == period) of_period.push_back(&row);
    }
    out += fmt::format("{}Average NNSE, period {} (0.5 = a pixel's own mean, 1 = perfect)\n\n{}{}",
                       out.empty() ? "" : "\n", period, period_table(of_period),
                       constant_pixels_text(of_period));
  }
  return out;
}

}  // namespace sciwright::earthquake
