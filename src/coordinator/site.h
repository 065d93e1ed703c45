#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
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
  std::size_t num_begun = 0;                ///< Of these, jobs that run.
  std::vector<jobs::Job> handing = {};      ///< Announced, and not yet taken.
  std::vector<std::string> to_cancel = {};  ///< Whose end could not be asked for yet.
  std::vector<std::string> to_take_back = {};  ///< Likewise, where they have not begun.
  std::int64_t next_look_ns = 0;               ///< 0: at once.
  std::int64_t next_try_ns = 0;                ///< Of handing over, after it did not work.
  bool reachable = true;
  bool has_answered = false;  ///< At least once.
  std::string silence = {};   ///< Why it does not answer, a sentence; empty where it does.
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
  int num_local_jobs = 0;  ///< 0: the file's, else the processors.
  /// Nodes none of whose jobs may still run, and their last attempts.
  std::map<std::string, int> settled = {};
  std::function<std::unique_ptr<jobs::Launcher>(const std::string& site)> make_launcher = {};
};

/// Opens the site's launcher and ledger. Call it before starting threads. Throws a usage error when
/// another process has the ledger.
Site open_site(const SiteRequest& request, const Clock& clock);

/// Its launcher alone, to ask about jobs of an engine that runs or is gone.
std::unique_ptr<jobs::Launcher> launcher_of(const SiteRequest& request, const Clock& clock);

/// How many jobs more may be announced to it now: as many as it has places for. At a scheduler as
/// many may wait as run there, and a hundred at least: the others wait here, where they can be
/// held, taken over by more urgent ones, or left.
std::size_t free_places(const Site& site);

}  // namespace sciwright::coordinator
