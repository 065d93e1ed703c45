#include "campaign/session.h"

#include <limits>
#include <thread>

#include <fmt/format.h>

#include "campaign/launcher_settings.h"
#include "experiment/value_text.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

int num_readers() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

/// Asks the scheduler of one launcher, and takes over what it says.
void ask(const std::string& name, const Clock& clock, Session& session, Refreshed& refreshed) {
  const auto launcher = make_launcher(session.folder, remembered(session.folder, name), clock);
  jobs::JobTracker tracker(session.folder, *launcher, clock,
                           {.name = study_name(session.folder),
                            .settled = settled_names(session, launcher->capabilities().name)});
  const jobs::PollReport poll = tracker.poll();
  if (!poll.reachable) {
    refreshed.reachable = false;
    refreshed.messages.push_back(fmt::format("{}: {}", name, poll.message));
  }
  update_states(session.manifest, tracker, name, session.states);
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
  session.torn_lines = ledger.torn_lines();
  session.lost_intents = ledger.lost_intents();
  return session;
}

Refreshed refresh(Session& session, const Clock& clock) {
  Refreshed refreshed;
  for (const std::string& name : active_launchers(session.states)) {
    try {
      ask(name, clock, session, refreshed);
    } catch (const Error& error) {  // caught here: the files can be read without a lock or room
      refreshed.messages.push_back(error.what());
      return refreshed;
    }
  }
  return refreshed;
}

std::map<std::string, int> settled_names(const Session& session, std::string_view launcher) {
  std::map<std::string, int> names;
  for (std::size_t i = 0; i < session.states.size(); ++i) {
    const ExperimentState& state = session.states[i];
    if (state.launcher != launcher || !is_active(state)) {
      names.emplace(session.manifest.entries[i].name, std::numeric_limits<int>::max());
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
