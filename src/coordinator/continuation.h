#pragma once

#include <string>
#include <vector>

#include "coordinator/handed_values.h"

namespace sciwright::coordinator {

/// What is known when a workflow is to run; all outlive it.
struct ContinuationRequest {
  Situation situation;  ///< As the last run left it.
  const std::vector<std::string>& fingerprints;
  const std::vector<bool>& selected;  ///< By node; empty: all.
  bool is_new = false;                ///< A new run was asked for.
  bool is_everything = false;         ///< Also of what is up to date.
  /// What is given now and was not to the last run, as the beginning of a sentence; may be empty.
  std::string change = {};
};

/// What becomes of the last run of a workflow that is to run again.
struct Continuation {
  bool goes_on = false;                ///< With that run. Otherwise a new one begins.
  std::vector<std::string> kept = {};  ///< Nodes of it that the new one takes over as they are.
  std::string news = {};               ///< What runs again and why, for people; may be empty.
};

/// A run that did not end well is gone on with. Where definitions have changed, finished nodes stay
/// finished as long as they and all that they depend on are what they were: by their definitions,
/// and where they have outputs, by their inputs' contents. When nothing is left to be done, all
/// begins anew.
Continuation continuation_of(const ContinuationRequest& request);

/// What a run that ended tries again: what failed or was cancelled, but for losers of a
/// competition that is decided.
std::vector<std::string> to_repeat(const Situation& situation);

/// What would run now, each after what it depends on: by what is known before anything runs.
std::vector<std::string> forecast(const ContinuationRequest& request);

}  // namespace sciwright::coordinator
