#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "coordinator/node_job.h"
#include "workflow/definition.h"

namespace sciwright::coordinator {

/// Program and arguments of a node, to be run in the folder of the definition, or where its files
/// were copied to. Throws a usage error for a script that cannot be read.
std::vector<std::string> command_of(const workflow::Node& node, const JobRequest& request);

/// The same for a scheduler of another host: a shell that hands the script over there, waits for
/// its end and cancels it when it is told to end itself.
std::vector<std::string> waiting_command_of(const workflow::Node& node, const JobRequest& request);

/// Whether a scheduler here may read the script's own directives: a script that is run as it is.
bool is_plain_script(const workflow::Node& node);

}  // namespace sciwright::coordinator
