#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "record/intervals.h"

namespace sciwright::bench {

/// What a person wants to know of a run's cost at its end: seconds by timer, gaps between sessions,
/// the energy or why it is not known, and whether training waited for data. `energy` and `io` are
/// those of result.json.
std::string run_summary(const std::vector<record::Interval>& intervals,
                        const nlohmann::json& energy, const nlohmann::json& io);

}  // namespace sciwright::bench
