#pragma once

#include <string>

#include "report/run_set.h"

namespace sciwright::report {

/// Adds what host.json of a run's folder says: labels system (campaign::describe_system), device
/// (model of the GPUs, else of the processor), num_gpus where there are some, and file_system (of
/// the data; else of the folder). Without that file there are none.
void add_host(Run& run, Names& names);

/// Adds the settings of config.yaml as parameters, by dotted paths the benchmark's own without its
/// name. A file that cannot be read is a problem, and the run stays without.
void add_configuration(Run& run, const std::string& benchmark, Names& names, Problems& problems);

/// Whether a folder without a result holds a run that was begun.
bool is_unfinished_run(const std::string& folder);

}  // namespace sciwright::report
