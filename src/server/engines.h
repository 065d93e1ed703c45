#pragma once

#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/error.h"
#include "coordinator/folder.h"
#include "server/site.h"

namespace sciwright::server {

/// Starts engines: `sciwright workflow run|resume FILE` in a session of its own, so that the end of
/// the service, even by kill -9, ends no workflow. Belongs to the thread of slow work.
class Engines final {
 public:
  explicit Engines(const Site& site) : site_(site) {}

  /// Starts one with `run` or `resume` and these options, and waits until it has the workflow, at
  /// most ten seconds. Returns what it said instead if it refused. Throws a usage error when there
  /// is an engine already.
  Problems start(const coordinator::WorkflowFolder& folder, const std::string& verb,
                 const std::vector<std::string>& options = {});

  /// Takes note of engines that ended.
  void reap();

 private:
  const Site& site_;
  std::set<pid_t> children_;
};

/// Runs one of our own commands to its end. Throws what it says as a usage error when it fails.
void run_own_command(const Site& site, const std::vector<std::string>& arguments);

}  // namespace sciwright::server
