#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "campaign/state.h"
#include "experiment/listing.h"
#include "experiment/manifest.h"

namespace sciwright::campaign {

/// One experiment as `status` shows it. The manifest and the states it was made from outlive it.
struct StatusRow {
  const experiment::ManifestEntry* entry = nullptr;
  const ExperimentState* state = nullptr;
  double elapsed_s = 0;                    ///< To now while it runs; 0 before.
  experiment::ProgressLine progress = {};  ///< Of a running one: its last progress line.
};

/// Rows of the chosen experiments; `utc_ns` is now. Reads the last lines of running ones' output.
std::vector<StatusRow> status_rows(const std::filesystem::path& folder,
                                   const experiment::Manifest& manifest,
                                   const std::vector<ExperimentState>& states,
                                   const std::vector<std::size_t>& chosen, std::int64_t utc_ns);

/// How many are in each phase, by its name.
std::map<std::string, std::size_t> count_phases(const std::vector<StatusRow>& rows);

/// "60 experiments: 41 succeeded, 5 running, 9 pending, 2 out_of_memory, 3 new".
std::string status_line(const std::vector<StatusRow>& rows);

/// A table. Without `all` only of those that neither wait nor succeeded, at most 30.
std::string status_table(const std::vector<StatusRow>& rows, bool all);

/// `schema_version`, `counts`, `experiments`.
nlohmann::json status_json(const std::vector<StatusRow>& rows);

/// The last bytes of a file; empty when there is none.
std::string tail_of(const std::filesystem::path& file, std::size_t num_bytes);

}  // namespace sciwright::campaign
