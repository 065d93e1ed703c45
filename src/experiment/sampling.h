#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/random/sobol.hpp>

#include "config/fields.h"

namespace sciwright::experiment {

/// The most points of a study.
inline constexpr std::uint64_t kMostSamples = 10'000'000;

/// How many points are drawn from the parameters that have a distribution, and how.
struct SampleSettings {
  std::string method = "random";
  std::uint64_t num = 0;
  std::uint64_t seed = 1;
};

template <class Visitor>
void visit_fields(SampleSettings& s, Visitor& v) {
  v.field("method", s.method,
          "random: independent points; latin_hypercube: every parameter in equal strata, each used "
          "once (McKay et al. 1979); sobol: the low-discrepancy sequence, shifted by the seed.",
          {config::one_of({"random", "latin_hypercube", "sobol"})});
  v.field("num", s.num, "Points to draw.", {config::at_least(1), config::at_most(kMostSamples)});
  v.field("seed", s.seed, "Equal seeds draw equal points.");
}

/// Points of the unit cube, any of them at any time. Copies share their tables. Not thread-safe:
/// every thread has a copy of its own.
class UnitSampler final {
 public:
  UnitSampler(const SampleSettings& settings, std::size_t num_dimensions);

  /// Point `index` (below `settings.num`), each coordinate in [0, 1). `out` has one place for each
  /// dimension.
  void point(std::uint64_t index, std::span<double> out);

 private:
  SampleSettings settings_;
  /// Latin hypercube: for each dimension a permutation of the strata.
  std::shared_ptr<const std::vector<std::vector<std::uint32_t>>> strata_;
  std::optional<boost::random::sobol_engine<std::uint32_t, 32>> sobol_;
};

}  // namespace sciwright::experiment
