#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "record/intervals.h"
#include "record/run_dir.h"

namespace sciwright::bench {

/// What trainings read, as `io` of result.json: bytes by the values `read_bytes` and
/// `storage_bytes` of the intervals "Training", times by history.csv; docs/metrics.md. Absent
/// numbers are null. `verdict` is a sentence for people.
nlohmann::json run_io(const record::RunPaths& paths,
                      const std::vector<record::Interval>& intervals);

/// What a history.csv adds up to.
struct FitTotals {
  double num_samples = 0;
  double train_s = 0;
  double data_wait_s = 0;
};

/// Nothing where there is no such file, or no row in it.
std::optional<FitTotals> read_fit_totals(const std::filesystem::path& history);

}  // namespace sciwright::bench
