#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/benchmark_spec.h"
#include "record/host.h"
#include "record/phases.h"
#include "storage/staging.h"

namespace sciwright::bench {

/// A setting that names data of a run, and the data.
struct DataPath {
  std::string setting;  ///< "data.catalog"
  std::filesystem::path path;
};

/// The files and folders that a benchmark's settings name and that exist.
std::vector<DataPath> data_paths(const BenchmarkSpec& spec, const Json& settings);

/// Copies a run's data to local storage as its setting `stage` asks, timed as "Staging", and lets
/// the settings' paths lead to the copies, which live as long as what is returned. Null, with a
/// sentence to `say`, where nothing is copied: no data of its own, no room, or data that lie there
/// already. Throws a usage error for a directory that cannot be used.
std::unique_ptr<storage::StagedData> stage_data(const BenchmarkSpec& spec, Json& settings,
                                                record::Phases& phases,
                                                const record::Texts& environment,
                                                const std::function<void(const std::string&)>& say);

}  // namespace sciwright::bench
