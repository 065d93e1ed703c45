#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "campaign/state.h"
#include "experiment/manifest.h"

namespace sciwright::campaign {

/// A study's folder as a command finds it.
struct Session {
  std::filesystem::path folder;
  experiment::Manifest manifest;        ///< Without hashes.
  std::vector<ExperimentState> states;  ///< In the order of the manifest.
  Problems torn_lines = {};             ///< Of the ledger, as `jobs::Ledger` tells them.
  Problems lost_intents = {};           ///< Likewise; jobs may be handed over again.
};

/// What `refresh` heard.
struct Refreshed {
  bool reachable = true;  ///< False: a scheduler or host did not answer (exit code 3).
  Problems messages = {};
};

/// Reads a study from its files. Throws a usage error where there is no manifest.
Session open_session(const std::filesystem::path& folder, const Clock& clock);

/// Asks the scheduler of every job that has not ended, once each. While another command works in
/// the folder it asks nobody: what that one learns stands in the files; nor where nothing can be
/// written. Call it before starting threads.
Refreshed refresh(Session& session, const Clock& clock);

/// Names of the experiments that a tracker for this launcher has nothing to look for: all without a
/// job of it that may still run.
std::map<std::string, int> settled_names(const Session& session, std::string_view launcher);

/// "project" for /home/me/project, as a part of job names.
std::string study_name(const std::filesystem::path& folder);

}  // namespace sciwright::campaign
