#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "coordinator/folder.h"
#include "jobs/job.h"
#include "workflow/definition.h"

namespace sciwright::coordinator {

/// Where a node is to run, and with what.
struct JobRequest {
  const WorkflowFolder& folder;
  const workflow::Definition& definition;
  std::string site = {};  ///< As `site_of` names it.
  int attempt = 1;
  std::map<std::string, std::string> environment = {};  ///< Values of what it depends on.
  std::filesystem::path program = {};                   ///< sciwright itself, for experiments.
  std::string path = {};  ///< PATH for jobs on this machine's file system; empty: as it is.
  /// On another host: where the state folder is there.
  std::string remote_root = {};
};

/// In a job's folder: what is taken to another host, and what came back.
inline constexpr const char* kFilesFolder = "files";

/// PATH with the program's folder, so that scripts find the program that starts them; empty where
/// they find one by themselves.
std::string path_with(const std::filesystem::path& program);

/// The node as a job. Its folder is made; for another host its script and inputs are put into a
/// folder `files` in it, where it runs there. Throws a usage error for a script that cannot be
/// read, and for what this machine cannot do (wsl.exe, inputs outside of the definition's folder).
jobs::Job make_job(const workflow::Node& node, const JobRequest& request);

/// Copies the outputs of a node that ran on another host from its job's folder to the definition's.
void bring_back_outputs(const workflow::Node& node, const JobRequest& request);

}  // namespace sciwright::coordinator
