#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "submission/log_facts.h"

namespace sciwright::submission {

/// The quality that a run is trained to: a value of the log's evaluations.
struct QualityTarget {
  std::string key;  ///< "eval_accuracy" or "eval_error".
  double bound = 0;
  bool at_least = true;  ///< Else at most.

  bool reached_by(double value) const { return at_least ? value >= bound : value <= bound; }
  /// "eval_accuracy>=0.9", as parse_quality() reads it.
  std::string text() const;
  bool operator==(const QualityTarget&) const = default;
};

/// Reads "eval_accuracy>=0.9" or "eval_error<=0.05". Throws a usage error for anything else.
QualityTarget parse_quality(const std::string& text);

/// What training is counted in.
enum class Unit { kEpochs, kSamples };

/// "epochs" or "samples".
std::string unit_name(Unit unit);

/// One run, as far as its convergence goes.
struct Convergence {
  std::string name;  ///< Of its log.
  std::string benchmark;
  std::optional<std::uint64_t> seed;
  std::optional<double> batch_size;
  /// Training until the quality was reached; nothing where it never was.
  std::optional<double> length;
  std::string log_sha256;
};

/// How long a run trained until its quality was first reached; without a target, until the last
/// evaluation of a run that ended with success. Samples are epochs times `train_samples`.
std::optional<double> length_to_quality(const LogFacts& facts,
                                        const std::optional<QualityTarget>& target, Unit unit);

/// The logs at and below paths: a file; a run's mllog.log; result-N.txt of a submission. Sorted,
/// links not followed. Throws a usage error for paths that do not exist or hold no log.
std::vector<std::filesystem::path> find_logs(const std::vector<std::filesystem::path>& paths);

/// Reads them. Throws a usage error that names all without a benchmark, a batch size or (for
/// samples) a number of samples.
std::vector<Convergence> read_convergences(const std::vector<std::filesystem::path>& logs,
                                           const std::optional<QualityTarget>& target, Unit unit);

}  // namespace sciwright::submission
