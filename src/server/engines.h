#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/error.h"
#include "coordinator/folder.h"
#include "coordinator/requests.h"
#include "server/site.h"

namespace sciwright::server {

/// Starts engines: `sciwright workflow run|resume FILE` in a session of its own, so that the end of
/// the service, even by kill -9, ends no workflow; and our other commands. From any thread, but of
/// one workflow from one at a time.
class Engines final {
 public:
  explicit Engines(const Site& site) : site_(site) {}

  /// Starts one with `run` or `resume` and these options, and waits until it has the workflow, at
  /// most ten seconds. Returns what it said instead if it refused. Throws a usage error when there
  /// is an engine already.
  Problems start(const coordinator::WorkflowFolder& folder, const std::string& verb,
                 const std::vector<std::string>& options = {});

  /// Meets a request of a workflow that has no engine by a command of its own, which is waited for
  /// two seconds and then goes on alone: jobs that ignore their end, and hosts that do not answer,
  /// hold nobody up. Returns what it said when it refused.
  Problems meet(const coordinator::WorkflowFolder& folder, const coordinator::Request& request);

  /// Whether an engine has the workflow; one of ours that was killed has none.
  bool has_engine(const coordinator::WorkflowFolder& folder);

  /// Takes note of engines that ended.
  void reap();

  /// The service ends: nothing is waited for any more.
  void stop_waiting() { is_ending_ = true; }

 private:
  /// Looks at a child until it ended, `is_enough`, or the time is over. Its status if it ended;
  /// else it is one of `children_`.
  std::optional<int> watch(pid_t pid, std::int64_t limit_ns,
                           const std::function<bool()>& is_enough);

  const Site& site_;
  std::atomic<bool> is_ending_ = false;
  std::mutex mutex_;  ///< Of `children_`, which end whenever they like.
  std::set<pid_t> children_;
};

}  // namespace sciwright::server
