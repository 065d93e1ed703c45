#pragma once

#include <string>

#include "submission/batch.h"
#include "submission/page_pdf.h"

namespace sciwright::submission {

/// config.yaml of a submission: the settings of its first run, where the code and the data are, and
/// what was packed (`packed`). `skeleton_sha256` is that of the skeleton of the contribution
/// document; empty where there is none.
record::Json config_document(const Batch& batch, const PackRequest& request,
                             const std::string& skeleton_sha256);

/// README.md: what this is, how to repeat it, what came out, what lies here.
std::string readme_text(const Batch& batch, const PackRequest& request);

/// scripts/run.sh: repeats every run.
std::string run_script(const Batch& batch);

/// The contribution document with all that is known filled in, and what only its authors can say
/// left to them.
DocumentLines contribution_lines(const Batch& batch);

/// A log under the names of its submission: the values of the records `new_records` are replaced,
/// everything else stays byte for byte.
std::string renamed_log(const std::string& log, const Batch& batch);

}  // namespace sciwright::submission
