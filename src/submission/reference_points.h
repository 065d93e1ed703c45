#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stats/comparison.h"
#include "submission/convergence.h"

namespace sciwright::submission {

/// How long training takes at one batch size, from repeats: a reference convergence point.
struct ReferencePoint {
  double batch_size = 0;
  std::vector<double> lengths = {};  ///< Of the runs that converged, ascending.
  std::size_t num_not_converged = 0;
  std::vector<std::string> log_sha256 = {};
  std::vector<std::uint64_t> seeds = {};

  /// Olympic mean (without the shortest and the longest run; one that did not converge is the
  /// longest), deviation of all that converged, and the number of runs in the mean.
  stats::Moments moments() const;
};

/// The points of a benchmark and what they were made by.
struct Reference {
  std::string benchmark;
  std::optional<QualityTarget> quality = {};  ///< Nothing: the end of a successful run.
  Unit unit = Unit::kEpochs;
  std::size_t least_runs = 5;               ///< Runs that a submission needs.
  std::vector<ReferencePoint> points = {};  ///< By batch size.
};

/// What a reference is made from.
struct ReferenceRequest {
  std::optional<QualityTarget> quality = {};
  Unit unit = Unit::kEpochs;
  std::size_t least_runs = 5;
};

/// Makes the points from repeats, one for each batch size. Throws a usage error that lists what is
/// wrong: several benchmarks, fewer than 4 runs at a batch size, more than one of them that did not
/// converge, a log or a seed that counts twice.
Reference make_reference(const std::vector<Convergence>& runs, const ReferenceRequest& request);

/// The file's text (schema_version 1, docs/formats.md), and back. Throws a usage error that names
/// the file and what is wrong with it.
std::string reference_text(const Reference& reference);
Reference read_reference(const std::filesystem::path& path);

/// What a submission's training takes, beside the reference.
struct ConvergenceVerdict {
  bool passes = false;
  std::string sentence;  ///< Why, with all numbers.
};

/// Whether the runs of a submission, of one batch size, converge no faster than the reference by
/// more than chance explains: whoever does has made the task easier. Between batch sizes of the
/// reference its points are interpolated, those left out that are slower than the line between
/// their neighbours; outside nothing can be said, and the submission fails.
ConvergenceVerdict judge_convergence(const Reference& reference,
                                     const std::vector<Convergence>& runs);

}  // namespace sciwright::submission
