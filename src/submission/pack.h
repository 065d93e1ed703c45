#pragma once

#include <filesystem>
#include <vector>

#include "submission/batch.h"

namespace sciwright::submission {

/// Makes the tree of a submission to the MLCommons Science working group below `out`:
/// ORG/APPLICATION/SYSTEM/DESCRIPTOR for the runs of each experiment, as docs/submissions.md
/// describes it. Each submission appears whole or not at all (it is made beside its place and
/// renamed), and times come from the runs' records, so that the same runs and request give the same
/// bytes. Returns the folders of the submissions. Throws a usage error, before anything is written,
/// for all that read_batches() refuses and for submissions that are there already.
std::vector<std::filesystem::path> pack(const std::vector<std::filesystem::path>& runs,
                                        const PackRequest& request,
                                        const std::filesystem::path& out);

}  // namespace sciwright::submission
