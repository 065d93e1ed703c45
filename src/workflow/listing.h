#pragma once

#include <cstdint>
#include <string>

#include "workflow/definition.h"
#include "workflow/state.h"

namespace sciwright::workflow {

/// The nodes of a workflow and where each is, as a table for a terminal: one row a node, in the
/// order of the file. `now_utc_ns` gives running nodes their time so far.
std::string listing_text(const Definition& definition, const State& state, std::int64_t now_utc_ns);

/// "6 nodes: 3 done, 1 running, 2 ready (58 %)".
std::string listing_summary(const Definition& definition, const State& state);

/// "ready", "running", "done", "failed", "cancelled".
std::string_view run_status_name(RunStatus status);

}  // namespace sciwright::workflow
