#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/manifest.h"

namespace sciwright::campaign {

/// When repeats of an experiment say enough.
struct StopRule {
  std::string metric = "times_s.Total";
  double precision_fraction = 0;  ///< Half of the 95 % interval of the mean over the mean.
  /// Not with fewer. Stopping as soon as an interval looks narrow makes it hold less often than it
  /// says: with 5, in 92 to 94 % of cases instead of 95 (simulated; with 3, in 90 to 92).
  std::size_t least_repeats = 5;
};

/// Whether the values say enough: Student's interval.
bool is_precise(std::span<const double> values, const StopRule& rule);

/// Places in a list of experiments by rounds: each round has one experiment of every combination of
/// parameters (all but repeat and seed), in an order drawn at random anew. So what changes with
/// time (load, temperature) meets all combinations alike. `places`: of the experiments in the
/// manifest.
std::vector<std::vector<std::size_t>> rounds_of(const experiment::Manifest& manifest,
                                                std::span<const std::size_t> places,
                                                std::uint64_t seed);

/// Combinations of a study that have been repeated often enough, by what their runs have left. Runs
/// that are invalid, cannot be read or lack the metric say nothing.
class RepeatWatch final {
 public:
  RepeatWatch(std::filesystem::path study, const experiment::Manifest& manifest, StopRule rule);

  /// Whether the combination of an experiment needs no more repeats. Reads the results of its
  /// combination that were not there before.
  bool is_settled(std::size_t place);

 private:
  struct Combination {
    std::vector<std::size_t> waiting = {};  ///< Places whose results were not there yet.
    std::vector<double> values = {};
  };

  std::optional<double> value_of(std::size_t place) const;

  const std::filesystem::path study_;
  const experiment::Manifest& manifest_;
  const StopRule rule_;
  std::vector<Combination> combinations_;
  std::vector<std::size_t> combination_of_;  ///< By place in the manifest.
};

/// "1%" or "0.01". Throws a usage error for anything that is no share.
double parse_precision(const std::string& text);

}  // namespace sciwright::campaign
