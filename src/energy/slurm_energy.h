#pragma once

#include "energy/program_source.h"

namespace sciwright::energy {

/// The joules of a job in the output of `sstat` or `sacct` with `--parsable2` and the column
/// ConsumedEnergyRaw or ConsumedEnergy ("12.35K"): the job's own line where it has a value, else
/// the largest of its steps, which overlap. Empty where Slurm collects none.
std::vector<DeviceReading> parse_slurm_energy(const std::string& output);

/// `sstat` for this job ("123" or "123_4"), once in 30 s at most: controllers are shared, and
/// Slurm itself gathers every 30 s by default. Without a job it has no device.
ProgramQuery slurm_query(const std::string& job_id);

}  // namespace sciwright::energy
