#pragma once

#include <cstddef>
#include <vector>

#include "base/error.h"
#include "report/leaderboard.h"
#include "report_page/columns.h"
#include "report_page/pictures.h"

namespace sciwright::report_page {

/// Which runs have their curves, phases, power and pictures in the page: the best of each
/// leaderboard in turn, then the others in their order (invalid ones last); `most` at most.
std::vector<std::size_t> choose_runs(const report::RunSet& set,
                                     const std::vector<report::Leaderboard>& boards,
                                     std::size_t most);

/// Of each of these runs of which more is known than its result: `run` (its place in the set),
/// `name`, and where there are files of it `epochs` (columns over the epochs), `phases`, `power`,
/// `pictures`. Files that cannot be read are problems. Pictures stop at 16 MB before packing, which
/// is one.
Json details_json(const report::RunSet& set, const std::vector<std::size_t>& runs,
                  const PictureReaders& readers, Columns& columns, Problems& problems);

}  // namespace sciwright::report_page
