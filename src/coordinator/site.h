#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/errand.h"
#include "coordinator/folder.h"
#include "jobs/launcher.h"
#include "jobs/tracker.h"
#include "workflow/definition.h"

namespace sciwright::coordinator {

/// A place where nodes run: this machine, a scheduler, or a host reached by ssh.
struct Site {
  std::string name = {};
  std::string remote_root = {};  ///< ssh: absolute path there, where the state folder is mirrored.
  std::unique_ptr<jobs::Launcher> launcher = {};
  std::unique_ptr<jobs::JobTracker> tracker = {};
  std::size_t most_jobs = 0;                ///< Handed over at a time; 0: what the launcher takes.
  std::size_t num_flying = 0;               ///< Handed over or about to be, and not over.
  std::vector<jobs::Job> handing = {};      ///< Announced, and not yet taken.
  std::vector<std::string> to_cancel = {};  ///< Whose end could not be asked for yet.
  std::int64_t next_look_ns = 0;            ///< 0: at once.
  std::int64_t next_try_ns = 0;             ///< Of handing over, after it did not work.
  bool reachable = true;
  /// Where asking takes long. While one is open, launcher, tracker and `handing` are its own.
  std::unique_ptr<Errand> errand = {};

  bool is_busy() const { return errand && errand->is_open(); }
  /// Has a scheduler, whose numbers people know.
  bool is_scheduler() const;
};

/// What is needed to open a site.
struct SiteRequest {
  const WorkflowFolder& folder;
  const workflow::Definition& definition;
  std::string name = {};
  int num_local_jobs = 0;              ///< 0: the file's, else the processors.
  std::set<std::string> settled = {};  ///< Nodes none of whose jobs may still run.
  std::function<std::unique_ptr<jobs::Launcher>(const std::string& site)> make_launcher = {};
};

/// Opens the site's launcher and ledger. Call it before starting threads. Throws a usage error when
/// another process has the ledger.
Site open_site(const SiteRequest& request, const Clock& clock);

/// Its launcher alone, to ask about jobs of an engine that runs or is gone.
std::unique_ptr<jobs::Launcher> launcher_of(const SiteRequest& request, const Clock& clock);

/// How many jobs more may be announced to it now.
std::size_t free_places(const Site& site);

}  // namespace sciwright::coordinator
