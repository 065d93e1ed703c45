#pragma once

#include "bench/benchmark.h"
#include "train/fit.h"

namespace sciwright::bench {

/// train::fit with all that a run records of it: progress bar, the phases "Training", "Epoch" and
/// "Evaluation" (epochs and losses in the MLCommons log), history.csv, checkpoints in model/, and
/// stop requests. Sets folder, resume and identity of the settings itself: a fit resumes only with
/// the run's own settings.
train::FitResult recorded_fit(RunContext& context, const train::Network& network,
                              const train::BatchSource& training,
                              const train::BatchSource* validation, train::FitSettings settings);

}  // namespace sciwright::bench
