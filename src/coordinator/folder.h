#pragma once

#include <filesystem>
#include <string>

namespace sciwright::coordinator {

/// Where the files of a workflow are.
struct WorkflowFolder {
  std::filesystem::path definition;  ///< The YAML file.
  std::filesystem::path state;       ///< `<stem>.state` beside it.

  std::filesystem::path journal() const { return state / "journal.jsonl"; }
  std::filesystem::path lock() const { return state / "engine.lock"; }
  std::filesystem::path log() const { return state / "engine.log"; }
  /// The definition that the last run was started with, and the parameters that were given to it.
  std::filesystem::path copy() const { return state / "workflow.yaml"; }
  std::filesystem::path parameters() const { return state / "parameters.json"; }
  std::filesystem::path requests() const { return state / "requests"; }
  std::filesystem::path job(const std::string& node) const { return state / "jobs" / node; }
  std::filesystem::path site(const std::string& site) const { return state / "sites" / site; }
};

/// Of a definition file.
WorkflowFolder folder_of(const std::filesystem::path& definition);

/// Whether an engine has it now (its lock is held by a process that lives, or of another host).
bool has_engine(const WorkflowFolder& folder);

}  // namespace sciwright::coordinator
