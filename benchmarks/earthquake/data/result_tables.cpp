#include "earthquake/data/result_tables.h"

#include <cmath>

#include <fmt/format.h>

namespace sciwright::earthquake {
namespace {

std::string decimals(double value, int digits) {
  return std::isnan(value) ? "–" : fmt::format("{:.{}f}", value, digits);
}

std::string percent(double fraction) { return decimals(100 * fraction, 2); }

}  // namespace

TextTable quantity_table(const std::vector<QuantityStatistics>& statistics) {
  TextTable table;
  table.column("#").column("quantity", TextTable::Align::kLeft);
  for (const char* name : {"min", "max", "norm", "mean", "std", "nmean", "nstd"}) {
    table.column(name);
  }
  for (std::size_t q = 0; q < statistics.size(); ++q) {
    const QuantityStatistics& row = statistics[q];
    table.row({std::to_string(q), reference_quantities()[q].name, decimals(row.min, 3),
               decimals(row.max, 3), decimals(row.norm(), 3), decimals(row.mean, 3),
               decimals(row.standard_deviation, 3), decimals(row.normalised_mean(), 3),
               decimals(row.normalised_standard_deviation(), 3)});
  }
  return table;
}

TextTable prediction_table(const std::vector<PredictionParameter>& parameters,
                           const std::vector<ForecastScore>& scores) {
  TextTable table;
  table.column("prediction", TextTable::Align::kLeft).column("overlap");
  for (const char* name : {"NNSE", "train", "val", "summed", "train", "val", "MSE F", "MSE S",
                           "MSE E", "E²/O² %", "E/O %", "ΣE/ΣO %"}) {
    table.column(name);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const GroupScore& all = scores[i].all;
    const GroupScore& training = scores[i].training;
    const GroupScore& validation = scores[i].validation;
    table.row({parameters[i].name,
               fmt::format("{}/{}", parameters[i].shared(), parameters[i].window),
               decimals(all.average_nnse, 3), decimals(training.average_nnse, 3),
               decimals(validation.average_nnse, 3), decimals(all.summed_nnse, 3),
               decimals(training.summed_nnse, 3), decimals(validation.summed_nnse, 3),
               decimals(all.normalised_mse, 6), decimals(all.normalised_mse_start, 6),
               decimals(all.normalised_mse_end, 6), percent(all.relative_rms_error),
               percent(all.relative_error), percent(all.relative_summed_error)});
  }
  return table;
}

}  // namespace sciwright::earthquake
