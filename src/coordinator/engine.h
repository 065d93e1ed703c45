#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/folder.h"
#include "jobs/launcher.h"
#include "workflow/event.h"
#include "workflow/reader.h"
#include "workflow/state.h"

namespace sciwright::coordinator {

/// Settings of one run.
struct EngineOptions {
  int num_local_jobs = 0;  ///< At a time on this machine; 0: the file's, else the processors.
  /// Go on with a run that did not end well; what failed runs again. After a change of definitions:
  /// begin a new one, and keep what is finished and not concerned.
  bool resume = true;
  bool as_before = false;     ///< With the definition and parameters of the last run.
  bool everything = false;    ///< A new run, and also what is up to date.
  bool keep_running = false;  ///< On `stop`: leave jobs alone instead of cancelling them.
  workflow::Parameters parameters = {};  ///< Given to the file's.
  std::vector<std::string> only = {};    ///< These nodes and what they need; empty: all.
  std::function<void(const workflow::Event&, const workflow::State&)> on_event = {};
  std::function<void(const std::string&)> on_warning = {};  ///< A sentence for people.
  std::function<void(const std::string&)> on_news = {};     ///< Likewise: how it begins.
  std::function<bool()> stop = {};   ///< A signal came: end all, or leave with `keep_running`.
  std::function<bool()> leave = {};  ///< Another came: go away and leave jobs alone.
  /// Tests give their own; otherwise by node kind and host.
  std::function<std::unique_ptr<jobs::Launcher>(const std::string& site)> make_launcher = {};
  std::function<void(double longest_s)> wait = {};  ///< Likewise: instead of sleeping.
};

/// Runs a workflow to its end: one thread, the only writer of its state folder. Returns the last
/// state. Throws a usage error when the definition is wrong, another engine has the folder, or a
/// changed definition meets a run that has not ended. Call it before starting threads.
workflow::State run_workflow(const WorkflowFolder& folder, const EngineOptions& options,
                             const Clock& clock);

/// Meets the requests that wait, under the engine's lock, without starting a node: what a dead
/// engine left running is ended where that is asked for. Returns why some were refused, a sentence
/// each. Throws as run_workflow, and when there was no run.
std::vector<std::string> meet_requests(const WorkflowFolder& folder, const EngineOptions& options,
                                       const Clock& clock);

/// What a run would do now: names of the nodes that would be started or looked at, in an order that
/// their dependencies allow. Nothing is written.
std::vector<std::string> plan_workflow(const WorkflowFolder& folder, const EngineOptions& options);

}  // namespace sciwright::coordinator
