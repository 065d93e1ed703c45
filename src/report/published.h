#pragma once

#include <string>

#include "report/run_set.h"

namespace sciwright::report {

/// Adds the runs of a published table of cloud-mask results, told by its first line: CSV with a row
/// per run (`test_acc` or `test_accuracy` among its columns), JSON lines with `training` and
/// `inference`, digitised curves (`figure,curve,epoch0,value`), accuracies of calling everything
/// cloud (`rank,accuracy`). False when the text is none of these; rows that cannot be read are
/// problems.
bool add_published(const std::string& path, const std::string& text, RunSet& set);

}  // namespace sciwright::report
