#pragma once

#include <string>
#include <vector>

#include "campaign/launcher_settings.h"
#include "campaign/selection.h"
#include "campaign/session.h"
#include "sciwright/command.h"

namespace sciwright {

/// What all commands on a study's folder take: the folder, and which experiments are meant.
struct StudySelection {
  std::string folder = "project";
  campaign::Selection selection;
  std::string share;  ///< Of them only those of this sharer; empty: of everybody.
};

/// Adds DIR, WHICH…, --where and --share.
void add_selection(CLI::App& verb, StudySelection& selection);

/// Opens a study, and says on stderr which lines of its ledger are damaged.
campaign::Session open_study(const std::string& folder);

/// The experiments that are meant: places in the manifest, ascending.
std::vector<std::size_t> chosen_of(const StudySelection& which, const campaign::Session& session);

/// Says on stderr what `refresh` heard; exit code 3 when somebody did not answer, else 0.
int tell_refreshed(const campaign::Refreshed& refreshed);

// Each adds verbs of `sciwright experiment`.
void add_submit_commands(CLI::App& parent, Programs& programs);  ///< submit, resume
void add_follow_commands(CLI::App& parent, Programs& programs);  ///< status, explain, logs
void add_cancel_commands(CLI::App& parent, Programs& programs);  ///< cancel, scan

}  // namespace sciwright
