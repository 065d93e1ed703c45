#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "report_page/columns.h"

namespace sciwright::report_page {

/// The workflows that ran in these folders (`NAME.state` in one of them, or in its folder `NAME`),
/// as `workflow graph --format json` has them, with `status` of the whole, and of each node
/// `host`, `started_s` and `ended_s` (since the begin of the run; null: not yet), `attempt` and
/// `message`. Those that cannot be read are problems.
Json workflows_json(const std::vector<std::string>& paths, const Clock& clock, Problems& problems);

}  // namespace sciwright::report_page
