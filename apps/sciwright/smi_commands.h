#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sciwright/command.h"

namespace sciwright {

/// Adds `ps` and `system`, which read nvidia-smi's output or a file that holds it, below
/// `monitor` or `gpu`.
void add_smi_commands(CLI::App& parent, Programs& programs);

/// Adds `status` of the GPUs, as `gpu` has it.
void add_smi_status_command(CLI::App& parent, Programs& programs);

/// Adds `show FILE`: energy, cost and pictures of a recorded trace.
void add_show_command(CLI::App& parent, Programs& programs);

/// The output of `nvidia-smi -q -x`, or of `file` when it is not empty. Throws a failure that says
/// so when there is no nvidia-smi.
nlohmann::json smi_document_of(const std::string& file);

/// The numbers of `--gpu 0,[2-3]`; nothing for an empty text. Throws a usage error for other texts.
std::optional<std::vector<int>> gpu_list(const std::string& text);

}  // namespace sciwright
