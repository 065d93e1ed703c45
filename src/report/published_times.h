#pragma once

#include <string>

#include "report/run_set.h"

namespace sciwright::report {

/// Looks whether the printed times per epoch of a table's runs (from the `first` run on) are totals
/// divided by the epochs that were asked for, though runs ended before: then the times that
/// follow from the epochs that were run spread less than half as much as the printed ones. If so,
/// adds the true time `epoch_s` to every row, and a finding for every run that ended early.
void check_printed_times(const std::string& path, std::size_t first, RunSet& set);

}  // namespace sciwright::report
