#pragma once

#include <string>
#include <string_view>

#include "campaign/state.h"

namespace sciwright::campaign {

/// Why an experiment is where it is, and the command that helps.
struct Explanation {
  std::string why = {};  ///< Sentences.
  std::string fix = {};  ///< A command, or empty.
};

/// What an explanation is made from.
struct ExplanationSource {
  std::string folder = {};  ///< Of the study, as the user wrote it.
  std::string name = {};    ///< Of the experiment.
  ExperimentState state = {};
  std::string error_tail = {};       ///< The end of what the job wrote to stderr.
  std::string scheduler_words = {};  ///< Launcher::explain, where it was asked.
};

Explanation explain(const ExplanationSource& source);

/// What a known message in the end of an error output means and what to do; without one its last
/// line that says something. Empty for an empty text.
std::string explain_errors(std::string_view error_tail);

}  // namespace sciwright::campaign
