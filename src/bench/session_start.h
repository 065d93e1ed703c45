#pragma once

#include <cstdint>
#include <optional>

#include "record/run_dir.h"
#include "record/sessions.h"

namespace sciwright::bench {

/// When the program was last at work in a run folder, in UTC nanoseconds: by the newest record of
/// the MLCommons log and the newest sample of energy. Nothing where there is neither.
std::optional<std::int64_t> last_seen_ns(const record::RunPaths& paths);

/// The surroundings in which this process begins a session, a further one of the folder's with
/// `resume`. To be asked before the session writes anything.
record::SessionStart session_start(const record::RunPaths& paths, bool resume);

}  // namespace sciwright::bench
