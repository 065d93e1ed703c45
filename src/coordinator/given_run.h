#pragma once

#include <string>

#include "coordinator/folder.h"
#include "workflow/reader.h"

namespace sciwright::coordinator {

/// What a run was started with: the definition's text and the parameters given to it.
struct GivenRun {
  std::string text = {};
  workflow::Parameters parameters = {};

  bool operator==(const GivenRun&) const = default;
};

/// Of the last run; empty texts where there was none.
GivenRun last_given(const WorkflowFolder& folder);

/// Keeps it for whoever reads the journal later; atomic each.
void keep_given(const WorkflowFolder& folder, const GivenRun& given);

}  // namespace sciwright::coordinator
