#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "energy/trace.h"

namespace sciwright::bench {

/// The most memory a process has held so far: `VmHWM` of the text of /proc/PID/status, in bytes.
/// Unlike getrusage() it does not count what the process was before an exec. Nothing where it is
/// not told.
std::optional<std::int64_t> peak_resident_bytes(std::string_view status);

/// The sum over the GPUs of a trace of the most memory that was in use on each, by whomever.
/// Nothing where no sample tells.
std::optional<std::int64_t> gpu_peak_bytes(const energy::Trace& trace);

/// `memory` of result.json: `peak_bytes` of this process, `gpu_peak_bytes`; null what is not known.
nlohmann::json run_memory(std::optional<std::int64_t> gpu_bytes);

}  // namespace sciwright::bench
