#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "coordinator/folder.h"

namespace sciwright::coordinator {

/// $SCIWRIGHT_WORKFLOWS, or ~/.sciwright/workflows.
std::filesystem::path default_root();

/// ROOT/NAME/NAME.yaml. Throws a usage error for a name that is not good.
WorkflowFolder named_workflow(const std::filesystem::path& root, const std::string& name);

/// Names of the workflows below a root, sorted.
std::vector<std::string> list_workflows(const std::filesystem::path& root);

/// Makes a workflow of a definition's text and further files (a folder with scripts, or none),
/// checked first, put in place by one rename. Throws a usage error with all problems, or when there
/// is one of this name.
void add_workflow(const std::filesystem::path& root, const std::string& name,
                  const std::string& text, const std::filesystem::path& files = {});

/// The same of a folder that is made already, on the root's file system, and becomes the workflow's
/// itself. States of workflows that ran in it are removed. Throws as add_workflow; then the folder
/// stays.
void place_workflow(const std::filesystem::path& root, const std::string& name,
                    const std::string& text, const std::filesystem::path& made);

/// Whether processes of it may be left of an engine that ended before them, by its files as they
/// are now. A journal that nobody can read tells of none: what is broken can be removed.
bool may_have_jobs(const WorkflowFolder& folder);

/// Why one whose jobs may run without an engine is not removed, and what to do.
std::string open_jobs_text(const std::string& name);

/// Removes it with its state: first renamed aside, then deleted. Throws a usage error while an
/// engine has it, and while jobs of a dead engine may still run.
void delete_workflow(const std::filesystem::path& root, const std::string& name);

/// Replaces the definition atomically. Throws as add_workflow.
void replace_definition(const WorkflowFolder& folder, const std::string& text);

}  // namespace sciwright::coordinator
