#pragma once

#include <string>

#include "earthquake/data/score_rows.h"

namespace sciwright::earthquake {

/// The reference's table of predictions (spec 4.2 and 4.3) as CSV, a row per parameter and scored
/// period, only of the request's forecasts (no baselines). Columns: parameter, log_name, window,
/// step, shared (fortnights), period, num_sequences; then, each for the pixels `all`, `train` and
/// `val`: normalised_mse_full, _start, _end (of normalised values: all sequences, before 1989, the
/// others), relative_rms_error, relative_error, relative_summed_error (the reference's
/// IndE^2/IndObs^2, IndE/IndObs and summedErr/SummedObs, which it prints times 100), average_nnse,
/// summed_nnse. What cannot be computed is empty. Uses the task's threads.
std::string score_table_csv(const ScoreRequest& request);

}  // namespace sciwright::earthquake
