#include "earthquake/data/result_tables.h"

#include <limits>

#include <gtest/gtest.h>

namespace sciwright::earthquake {
namespace {

TEST(ResultTables, PrintStatisticsAsTheReferenceDoes) {
  EXPECT_EQ(quantity_table({{.min = 0, .max = 35, .mean = 19.9071, .standard_deviation = 10.7243}})
                .text(),
            "#  quantity    min     max   norm    mean     std  nmean   nstd\n"
            "-  --------  -----  ------  -----  ------  ------  -----  -----\n"
            "0  Fault 0   0.000  35.000  0.029  19.907  10.724  0.569  0.306\n");
}

TEST(ResultTables, PrintOneRowPerPrediction) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const GroupScore all{.average_nnse = 0.9692,
                       .summed_nnse = 0.9951,
                       .normalised_mse = 0.0012,
                       .normalised_mse_start = 0.001,
                       .normalised_mse_end = 0.0015,
                       .relative_rms_error = 0.123,
                       .relative_error = 0.05,
                       .relative_summed_error = 0.0123};
  const GroupScore none{.average_nnse = nan, .summed_nnse = nan};
  EXPECT_EQ(
      prediction_table({decoder_parameters()[3]},
                       {{.num_sequences = 1775, .all = all, .training = all, .validation = none}})
          .markdown(),
      "| prediction | overlap | NNSE | train | val | summed | train | val | MSE F | MSE S | "
      "MSE E | E²/O² % | E/O % | ΣE/ΣO % |\n"
      "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
      "| Next Year Back | 25/26 | 0.969 | 0.969 | – | 0.995 | 0.995 | – | 0.001200 | "
      "0.001000 | 0.001500 | 12.30 | 5.00 | 1.23 |\n");
}

}  // namespace
}  // namespace sciwright::earthquake
