#pragma once

#include <nlohmann/json.hpp>

#include "record/phases.h"

namespace sciwright::bench {

/// The timers of a run that the MLCommons rules want in the log, and their keys, with what
/// `mllog: {keys: {TIMER: KEY}}` of the configuration adds or replaces; an empty key logs a timer
/// no more. Throws a usage error that lists the entries that are no texts.
record::MllogKeys mllog_keys(const nlohmann::json& sections);

}  // namespace sciwright::bench
