#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/host.h"

namespace sciwright::record {

/// The batch job that this process runs in. Times are UTC, in whole seconds as schedulers know
/// them; what is not known is absent.
struct BatchJob {
  std::string scheduler = {};  ///< "Slurm", "LSF", "PBS".
  std::string id = {};
  std::optional<std::int64_t> submit_ns = {};    ///< Handed over, or queued again.
  std::optional<std::int64_t> eligible_ns = {};  ///< Nothing but room was missing from then on.
  std::optional<std::int64_t> start_ns = {};     ///< Got its nodes.
  std::string problem = {};                      ///< Why the times are not known.
};

/// Reads the times of one job from what `scontrol show job` prints, seconds since 1970 or local
/// time. An array's other tasks may stand there, too.
BatchJob parse_slurm_job(const std::string& id, const std::string& text);

/// The job that the environment names; nothing outside of batch jobs. Slurm is asked for its times,
/// by one call that may take 5 s; other schedulers are not.
std::optional<BatchJob> read_batch_job(const Texts& environment);

}  // namespace sciwright::record
