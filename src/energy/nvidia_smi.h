#pragma once

#include "energy/program_source.h"
#include "energy/trace.h"

namespace sciwright::energy {

/// `nvidia-smi -q -x`: what runs where NVML itself cannot be opened.
ProgramQuery nvidia_smi_query();

/// Reads what nvidia-smi wrote into a file: the XML of `-q -x` (several documents one after
/// the other, as `-l` writes them) or the CSV of `--query-gpu=… --format=csv`, with or without
/// units, old and new column names. Times are taken as if they were UTC. Throws a usage error for a
/// text that is neither, or without a whole document; documents and rows that cannot be read are
/// described in `problems`.
Trace parse_smi_trace(const std::string& text, const std::string& name);

/// True when the text begins like one of the two.
bool is_smi_trace(const std::string& text);

}  // namespace sciwright::energy
