#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/prediction.h"

namespace sciwright::report {

/// What a prediction is asked for.
struct PredictionRequest {
  std::vector<double> epochs = {};  ///< Lengths to predict for; empty: 10 times the longest.
  double confidence = 0.95;
  double most_timeouts_fraction = 0.05;  ///< Chance that a run is longer than its walltime.
  std::optional<double> bandwidth_bytes_per_s = {};
};

/// A walltime as schedulers take it, rounded up to minutes: "01:30:00", "2-12:00:00".
std::string walltime_text(double seconds);

/// What was predicted, as tables: a row for each group, length and quantity.
Document prediction_document(const std::vector<Prediction>& predictions,
                             const PredictionRequest& request);

/// What a study will take: every experiment of its manifest with the prediction that its parameters
/// fit best, summed up; those without a length or a fitting prediction are named. `num_parallel`
/// of them run at the same time. Throws a usage error for a folder without a manifest.
Table budget_table(const std::filesystem::path& study, const std::vector<Prediction>& predictions,
                   double num_parallel);

}  // namespace sciwright::report
