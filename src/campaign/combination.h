#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "campaign/results.h"

namespace sciwright::campaign {

/// How `combine` writes its rows.
enum class CombinedForm { kText, kCsv, kJson };

/// Writes the rows of scores of all experiments with a valid result that meet the condition as one
/// table: experiment, parameters, benchmark, model, seed, system, then the fields of the row. A
/// field that is called as one of these is "scores.<field>". As text: only fields that are one
/// value, and none of the baselines or intervals; CSV has all, those below others by their dotted
/// path and lists as JSON; JSON has the rows as they are. Results are read twice rather than kept.
/// Returns what is left out.
Results combine(const Collection& collection, const ResultsRequest& request, CombinedForm form,
                const std::function<void(std::string_view)>& write);

}  // namespace sciwright::campaign
