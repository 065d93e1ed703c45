#pragma once

#include <cstdint>
#include <vector>

#include "cloudmask/data/planes.h"

namespace sciwright::cloudmask {

/// What a random field looks like.
struct NoiseShape {
  double largest_px = 300;     ///< Size of its largest structures.
  double smallest_px = 2;      ///< … and of its smallest.
  double roughness = 1.0 / 3;  ///< Amplitude ∝ size^roughness; 1/3 is turbulence (Kolmogorov 1941).
  double stretch = 1;          ///< Structures are this much longer along rows.
};

/// A fractal field [H, W] of mean 0 and variance 1: smooth lattice noise summed over octaves
/// (Perlin 1985, as value noise). Depends on size, shape and seed only, for any number of threads.
std::vector<float> noise_field(ImageSize size, const NoiseShape& shape, std::uint64_t seed,
                               int num_threads);

/// The value that a given fraction of the field's pixels exceeds.
float upper_quantile(const std::vector<float>& field, double fraction);

}  // namespace sciwright::cloudmask
