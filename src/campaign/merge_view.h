#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "campaign/merge.h"

namespace sciwright::campaign {

/// What came from where, what is kept aside and why, what is missing and who owes it; of long lists
/// the first ten.
std::string merge_text(const MergeReport& report);

/// Everything, with `schema_version`.
nlohmann::json merge_json(const MergeReport& report);

}  // namespace sciwright::campaign
