#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace sciwright {

/// A seed for one purpose ("shuffle", "weights", …) and index (epoch, sample, …), derived from the
/// run's one seed. Equal arguments give equal seeds on every machine.
std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

/// A stream of random numbers: Philox4x32-10 (Salmon et al. 2011, Random123), a counter-based
/// generator. Cheap to make, so derive one per purpose and index. Meets UniformRandomBitGenerator.
class RandomStream final {
 public:
  using result_type = std::uint64_t;

  explicit RandomStream(std::uint64_t seed) : key_(seed) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  /// Uniform in [0, 1).
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, bound), without bias. `bound` must be positive.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal (Box–Muller).
  double normal();
  /// Exponential with mean 1.
  double exponential();
  /// Poisson with the given mean (0 or more).
  std::uint64_t poisson(double mean);

 private:
  std::uint64_t key_;
  std::uint64_t counter_ = 0;
  std::uint64_t spare_ = 0;
  bool has_spare_ = false;
};

/// A permutation of 0 … count-1 (Fisher–Yates from the end).
std::vector<std::uint32_t> random_permutation(std::uint32_t count, std::uint64_t seed);

}  // namespace sciwright
