#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/random.h"

namespace sciwright::tuning {

/// One drawn parameter, as a sampler sees it: a coordinate in [0, 1), or one of a few choices,
/// which have equal parts of it.
struct Dimension {
  std::size_t num_choices = 0;  ///< 0: a number.
};

/// Where trials were, and which were good. The parameter applied to all of them.
struct Observations {
  std::vector<double> good;
  std::vector<double> bad;
};

/// A coordinate that is likely good: of 24 drawn from the density of the good observations, the one
/// where it exceeds most the density of the bad ones (tree-structured Parzen estimator, Bergstra et
/// al. 2011). Densities are mixtures of normal distributions cut off at 0 and 1, one at each
/// observation, as wide as the distance to its farther neighbour, and one for what is known before;
/// for choices, counts.
double propose(const Dimension& dimension, const Observations& observations, RandomStream& random);

/// How many of `num` ended trials count as good: a tenth, rounded up, 25 at most.
std::size_t num_good(std::size_t num);

}  // namespace sciwright::tuning
