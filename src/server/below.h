#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "coordinator/folder.h"

namespace sciwright::server {

/// Opens a regular file below a root for reading, links followed; -1 when there is none, when it is
/// a link out of the root, and for a pipe or device, which could be waited for without end. Any job
/// may put such things where the service reads. `root` is canonical.
int open_below(const std::filesystem::path& root, const std::filesystem::path& file);

/// Whether open_below would open it.
bool is_file_below(const std::filesystem::path& root, const std::filesystem::path& file);

/// Its content; nothing where there is no such file.
std::optional<std::string> read_below(const std::filesystem::path& root,
                                      const std::filesystem::path& file);

/// Whether a workflow's file is one below the root, and so are those of its state that are there.
bool is_workflow_below(const std::filesystem::path& root,
                       const coordinator::WorkflowFolder& folder);

}  // namespace sciwright::server
