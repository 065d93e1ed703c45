#pragma once

#include <string>
#include <vector>

#include "coordinator/folder.h"
#include "coordinator/snapshot.h"
#include "sciwright/command.h"

namespace sciwright {

/// What the commands on a workflow take: which it is.
struct WorkflowChoice {
  std::string which;  ///< A file, or the name of one below the root.
  std::string root;   ///< Empty: the usual one.
};

/// Adds FILE|NAME, --root, and what the original called them: --name, --filename.
void add_workflow_choice(CLI::App& verb, WorkflowChoice& choice);

/// The workflow that is meant. Throws a usage error where there is none.
coordinator::WorkflowFolder folder_of(const WorkflowChoice& choice);

/// What its files say now. Throws a usage error with all problems of its definition.
coordinator::Snapshot snapshot_of(const WorkflowChoice& choice);

/// The indices of named nodes. Throws a usage error that names those that are not there.
std::vector<std::size_t> nodes_of(const coordinator::Snapshot& snapshot,
                                  const std::vector<std::string>& names);

// Each adds verbs of `sciwright workflow`.
void add_workflow_run_commands(CLI::App& parent, Programs& programs);      ///< run, resume
void add_workflow_look_commands(CLI::App& parent, Programs& programs);     ///< status, graph
void add_workflow_trouble_commands(CLI::App& parent, Programs& programs);  ///< logs, explain
/// cancel, hold, release, reset, retry
void add_workflow_request_commands(CLI::App& parent, Programs& programs);

}  // namespace sciwright
