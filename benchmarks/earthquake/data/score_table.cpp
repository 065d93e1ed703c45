#include "earthquake/data/score_table.h"

#include <cmath>

#include <fmt/format.h>

#include "base/parallel_for.h"
#include "io/csv.h"

namespace sciwright::earthquake {
namespace {

struct Column {
  const char* name;
  double GroupScore::*value;
};

constexpr Column kColumns[] = {{"normalised_mse_full", &GroupScore::normalised_mse},
                               {"normalised_mse_start", &GroupScore::normalised_mse_start},
                               {"normalised_mse_end", &GroupScore::normalised_mse_end},
                               {"relative_rms_error", &GroupScore::relative_rms_error},
                               {"relative_error", &GroupScore::relative_error},
                               {"relative_summed_error", &GroupScore::relative_summed_error},
                               {"average_nnse", &GroupScore::average_nnse},
                               {"summed_nnse", &GroupScore::summed_nnse}};

std::vector<std::string> header() {
  std::vector<std::string> out = {"parameter", "log_name", "window",       "step",
                                  "shared",    "period",   "num_sequences"};
  for (const Column& column : kColumns) {
    for (const char* group : {"all", "train", "val"}) {
      out.push_back(fmt::format("{}_{}", column.name, group));
    }
  }
  return out;
}

std::vector<std::string> cells(const PredictionParameter& parameter, const Period& period,
                               const ForecastScore& score) {
  std::vector<std::string> out = {parameter.name,
                                  parameter.log_name,
                                  std::to_string(parameter.window),
                                  std::to_string(parameter.step),
                                  std::to_string(parameter.shared()),
                                  period.name,
                                  std::to_string(score.num_sequences)};
  for (const Column& column : kColumns) {
    for (const GroupScore* group : {&score.all, &score.training, &score.validation}) {
      const double value = group->*column.value;
      out.push_back(std::isfinite(value) ? fmt::format("{:.8g}", value) : "");
    }
  }
  return out;
}

/// The rows of one parameter.
std::string parameter_rows(const ScoreRequest& request, std::size_t index) {
  const PredictionParameter& parameter = request.parameters[index];
  std::string out;
  for (const Period& period : request.task.protocol.scored) {
    io::append_csv_row(
        out, cells(parameter, period,
                   score_forecast<float>(score_task(request, period, parameter), parameter,
                                         request.forecasts[index].values)));
  }
  return out;
}

}  // namespace

std::string score_table_csv(const ScoreRequest& request) {
  std::vector<std::string> rows(request.forecasts.size());
  parallel_for(rows.size(), request.task.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) rows[i] = parameter_rows(request, i);
  });
  std::string out;
  io::append_csv_row(out, header());
  for (const std::string& row : rows) out += row;
  return out;
}

}  // namespace sciwright::earthquake
