#pragma once

#include "submission/tree_check.h"

namespace sciwright::submission {

/// Checks one submission.
CheckedSubmission check_submission(const Place& place);

}  // namespace sciwright::submission
