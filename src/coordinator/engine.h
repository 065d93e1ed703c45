#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/folder.h"
#include "jobs/launcher.h"
#include "workflow/definition.h"
#include "workflow/event.h"
#include "workflow/state.h"

namespace sciwright::coordinator {

/// Settings of one run.
struct EngineOptions {
  int num_local_jobs = 0;     ///< At a time on this machine; 0: the file's, else the processors.
  bool resume = true;         ///< Go on with an unfinished run; what failed is tried again.
  bool everything = false;    ///< Also what is up to date.
  bool keep_running = false;  ///< On a signal: leave jobs alone instead of cancelling them.
  std::vector<std::string> only = {};  ///< These nodes and what they need; empty: all.
  std::function<void(const workflow::Event&, const workflow::State&)> on_event = {};
  std::function<bool()> stop = {};  ///< A signal came.
  /// Tests give their own; otherwise by node kind and host.
  std::function<std::unique_ptr<jobs::Launcher>(const std::string& site)> make_launcher = {};
};

/// Runs a workflow to its end: one thread, the only writer of its state folder. Returns the last
/// state. Throws a usage error when the definition is wrong or another engine has the folder.
/// Call it before starting threads.
workflow::State run_workflow(const WorkflowFolder& folder, const EngineOptions& options,
                             const Clock& clock);

}  // namespace sciwright::coordinator
