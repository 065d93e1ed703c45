#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "workflow/definition.h"
#include "workflow/state.h"

namespace sciwright::workflow {

/// What a label may speak of besides its node.
struct LabelContext {
  std::int64_t now_utc_ns = 0;
  std::int64_t created_utc_ns = 0;
  std::int64_t modified_utc_ns = 0;
  std::int64_t started_utc_ns = 0;  ///< Of the workflow; 0: not yet.
  std::int64_t ended_utc_ns = 0;
  std::function<std::optional<std::string>(const std::string&)> environment = {};  ///< {os.X}
  std::function<std::optional<std::string>(const std::string&)> variable = {};     ///< {cm.X}
};

/// Fills a node's label in: {name}, {progress}, any attribute, {os.X}, {cm.X}, and the times now,
/// created, modified, tstart, tend, t0, t1 and durations dt, dt0, dt1 with a strftime format after
/// a dot, as cloudmesh-cc has them (its "--" for ":" among it; ours are right beyond 24 h, and
/// local time like the original's). What is not known yet is N/A; what nobody knows stays as it is.
std::string render_label(const Node& node, const NodeState& state, const LabelContext& context);

}  // namespace sciwright::workflow
