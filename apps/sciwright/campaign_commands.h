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
};

/// Adds DIR, WHICH… and --where.
void add_selection(CLI::App& verb, StudySelection& selection);

/// Opens a study, and says on stderr which lines of its ledger are damaged.
campaign::Session open_study(const std::string& folder);

/// Says on stderr what `refresh` heard; exit code 3 when somebody did not answer, else 0.
int tell_refreshed(const campaign::Refreshed& refreshed);

// Each adds verbs of `sciwright experiment`.
void add_submit_commands(CLI::App& parent, Programs& programs);  ///< submit, resume
void add_follow_commands(CLI::App& parent, Programs& programs);  ///< status, explain, logs
void add_cancel_commands(CLI::App& parent, Programs& programs);  ///< cancel, scan

}  // namespace sciwright
