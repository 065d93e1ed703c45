#include "campaign/session.h"

#include <memory>
#include <thread>

#include <fmt/format.h>

#include "campaign/launcher_settings.h"
#include "experiment/value_text.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

int num_readers() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

/// A tracker on the study's ledger, or nothing while another command has its lock.
std::unique_ptr<jobs::JobTracker> try_tracker(const Session& session, jobs::Launcher& launcher,
                                              const Clock& clock, Problems& messages) {
  try {
    return std::make_unique<jobs::JobTracker>(
        session.folder, launcher, clock,
        jobs::TrackerOptions{.name = study_name(session.folder),
                             .settled = settled_names(session, launcher.capabilities().name)});
  } catch (const Error& error) {  // caught here since looking on needs no lock
    if (error.kind() != ErrorKind::kUsage) throw;
    messages.push_back(error.what());
    return nullptr;
  }
}

}  // namespace

Session open_session(const fs::path& folder, const Clock& clock) {
  Session session{
      folder, experiment::read_manifest(folder, experiment::ManifestDetail::kWithoutHashes), {}};
  if (session.manifest.entries.empty()) {
    throw usage_error(
        fmt::format("{}: has no experiments; `sciwright experiment generate --out {}` makes them",
                    (folder / experiment::kManifestFile).string(), folder.string()));
  }
  const jobs::Ledger ledger(folder, clock);
  session.states = fold_states(folder, session.manifest, ledger, num_readers());
  return session;
}

Refreshed refresh(Session& session, const Clock& clock) {
  Refreshed refreshed;
  for (const std::string& name : active_launchers(session.states)) {
    const auto launcher = make_launcher(session.folder, remembered(session.folder, name), clock);
    const auto tracker = try_tracker(session, *launcher, clock, refreshed.messages);
    if (!tracker) return refreshed;
    const jobs::PollReport poll = tracker->poll();
    if (!poll.reachable) {
      refreshed.reachable = false;
      refreshed.messages.push_back(fmt::format("{}: {}", name, poll.message));
    }
    update_states(session.manifest, *tracker, name, session.states);
  }
  return refreshed;
}

std::set<std::string> settled_names(const Session& session, std::string_view launcher) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < session.states.size(); ++i) {
    const ExperimentState& state = session.states[i];
    if (state.launcher != launcher || !is_active(state)) {
      names.insert(session.manifest.entries[i].name);
    }
  }
  return names;
}

std::string study_name(const fs::path& folder) {
  const fs::path path = fs::absolute(folder).lexically_normal();
  const std::string name = path.has_filename() ? path.filename() : path.parent_path().filename();
  const std::string text = experiment::file_name_text(name, true);
  return text.empty() ? "study" : text.substr(0, 40);
}

}  // namespace sciwright::campaign
