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

/// The GPUs of one document of nvidia-smi, with their numbers, that are asked for.
using ChosenGpus = std::vector<std::pair<int, nlohmann::json>>;

/// Calls `visit` for each document in `file`, or for what `nvidia-smi -q -x` says when it is empty.
/// What cannot be read beside others is told on stderr. Throws a failure that says so when there is
/// no nvidia-smi.
void visit_smi_documents_of(const std::string& file,
                            const std::function<void(const nlohmann::json& document)>& visit);

/// The last document, which tells how things are, or were in the end.
nlohmann::json smi_document_of(const std::string& file);

/// GPUs of a document of `file` by a list as in `--gpu`.
ChosenGpus chosen_gpus_of(const nlohmann::json& document, const std::string& file,
                          const std::string& gpus);

/// The numbers of `--gpu 0,[2-3]`; nothing for an empty text. Throws a usage error for other texts.
std::optional<std::vector<int>> gpu_list(const std::string& text);

}  // namespace sciwright
