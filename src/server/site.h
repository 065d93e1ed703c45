#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "campaign/metric.h"
#include "server/access.h"

namespace sciwright::server {

/// What a service is about; the same from its begin to its end, so all threads may read it.
struct Site {
  std::filesystem::path root = {};  ///< Absolute; workflows, and what else is below.
  std::string program = {};         ///< Our own executable, which runs workflows.
  std::string version = {};
  AccessSettings access = {};
  bool is_compat = false;  ///< GETs of the original that change something are heard.
  std::vector<campaign::KnownMetrics> known_metrics = {};  ///< Of the benchmarks, for leaderboards.
  Clock clock = {};
  std::int64_t started_steady_ns = 0;
};

}  // namespace sciwright::server
