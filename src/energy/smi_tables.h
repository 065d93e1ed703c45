#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/text_table.h"
#include "energy/smi_document.h"

namespace sciwright::energy {

/// GPUs of the numbers asked for, each with its number; all of them without a list. Throws a usage
/// error for a number that is none of the document's; `name` says whose that is.
std::vector<std::pair<int, Json>> chosen_gpus(const Json& document,
                                              const std::optional<std::vector<int>>& numbers,
                                              const std::string& name = "this machine");

/// Processes on the GPUs, an object each: job (counted from 1), gpu, pid, type, used_memory,
/// compute_instance_id, gpu_instance_id, process_name (without its folder unless `detail`).
Json smi_processes(const std::vector<std::pair<int, Json>>& gpus, bool detail);

/// What a GPU is: name, brand, architecture, firmware.
Json smi_system(const Json& gpu);

/// How a GPU is: fan, utilisation, temperature, power, clocks, voltage.
Json smi_status(const Json& gpu);

/// One object for each row with the same members: a table, or CSV with a header.
TextTable rows_table(const Json& rows);
std::string rows_csv(const Json& rows);

/// A column for each GPU and a row for each member, the inner ones with dots ("clocks.sm_clock").
TextTable gpu_table(const std::vector<std::pair<int, Json>>& gpus);

}  // namespace sciwright::energy
