#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace sciwright::cloudmask {

/// Which scenes train and which validate: indices into the list that was split.
struct SceneSplit {
  std::vector<std::size_t> training;
  std::vector<std::size_t> validation;
};

/// numpy's `RandomState(seed).permutation(count)`: MT19937 and a Fisher–Yates shuffle from the end
/// whose indices are drawn by masking and rejecting (std::shuffle gives other numbers).
std::vector<std::size_t> legacy_permutation(std::size_t count, std::uint32_t seed);

/// scikit-learn's `train_test_split(…, train_size, random_state=seed)` (spec 2.2): the first count
/// − ⌊train_fraction · count⌋ of the permutation validate, the others train, in its order. Throws a
/// usage error where one part would be empty.
SceneSplit reference_split(std::size_t count, double train_fraction, std::uint32_t seed = 42);

/// Whole groups (orbit passes, see scene_groups) train or validate, so that no scene validates a
/// fit that has seen its neighbour. Groups are drawn in random order and validate as long as that
/// brings their number of scenes nearer to (1 − train_fraction) · count. Both parts ascend. Throws
/// a usage error for fewer than two groups.
SceneSplit grouped_split(const std::vector<std::string>& groups, double train_fraction,
                         std::uint64_t seed);

/// The group of each scene by its name: "S3A cycle 50 orbit 58" for Sentinel-3 products, scenes
/// of other names stand alone. With `by_day`, the day of the start instead ("2019-10-03").
std::vector<std::string> scene_groups(const std::vector<std::string>& names, bool by_day);

}  // namespace sciwright::cloudmask
