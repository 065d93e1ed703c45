#pragma once

#include <string>

#include "campaign/results.h"

namespace sciwright::campaign {

/// A table for each metric, and below what is left out and why.
std::string results_text(const Results& results);

/// A line for each group, all numbers in full.
std::string results_csv(const Results& results);

/// Everything, with `schema_version`.
Json results_json(const Results& results);

/// What is left out and why, at most ten names each; empty when nothing is.
std::string left_out_text(const Results& results);

}  // namespace sciwright::campaign
