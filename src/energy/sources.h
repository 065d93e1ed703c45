#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "energy/gpu_choice.h"
#include "energy/power_source.h"
#include "energy/program_source.h"
#include "energy/sensor_source.h"

namespace sciwright::energy {

/// Where to look for sensors. Tests bring their own root, library and programs.
struct SourceQuery {
  std::filesystem::path root = "/";  ///< Above /sys and /proc.
  std::string nvml_library = "libnvidia-ml.so.1";
  std::string slurm_job_id = {};
  /// Which sources to ask, by name. Empty: nvml (or nvidia-smi), hwmon (or rocm-smi), powercap
  /// (or perf) and cray. ipmi and slurm ask slow or shared services: only by name.
  std::vector<std::string> names = {};
  std::optional<GpuChoice> gpus = {};  ///< Only these GPUs.
  std::optional<double> tdp_w = {};    ///< Asks for an estimate of the processors.
  RunProgram run = run_program;
};

/// The query of this process: $SCIWRIGHT_SENSOR_ROOT, $SCIWRIGHT_NVML, $SLURM_JOB_ID and
/// $CUDA_VISIBLE_DEVICES of `environment` where they are set. (By number CUDA counts as the driver
/// does when CUDA_DEVICE_ORDER=PCI_BUS_ID, or when all GPUs are alike.)
SourceQuery source_query(const std::map<std::string, std::string>& environment);

/// The sources that answer, and a sentence for each that does not.
struct FoundSources {
  PowerSources sources = {};
  Problems problems = {};
  /// Devices that are there and that no source reads; their sentences are among the problems too.
  std::vector<UnreadDevice> unread = {};
  /// What a reader of the energy must know of the choice of GPUs; among the problems, too.
  Problems remarks = {};
};

/// Looks for sensors. Throws a usage error for a name that is none.
FoundSources find_sources(const SourceQuery& query);

/// "not measured: no readable sensor (nvml: …; powercap: …)".
std::string not_measured(const Problems& problems);

}  // namespace sciwright::energy
