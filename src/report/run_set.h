#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "report/history.h"
#include "report/names.h"

namespace sciwright::report {

/// A number and where it stands: "accuracy" in a row of scores, "times_s.Training",
/// "io.read_bytes".
struct Number {
  Name path = 0;
  double value = 0;
};
using Numbers = std::vector<Number>;

/// A word about a run or a row: "system", "parameter", "epochs" and what it is there.
struct Label {
  Name key = 0;
  Name value = 0;
};
using Labels = std::vector<Label>;

/// A row of `scores`.
struct ScoreRow {
  Labels labels = {};
  Numbers numbers = {};
};

/// Where a run was found.
enum class RunKind {
  kFolder,  ///< A run folder, by its result.json.
  kMllog,   ///< A log of MLCommons.
  kTimers,  ///< `# csv` lines of cloudmesh's StopWatch in a log.
  kTrace,   ///< A trace of power alone.
  kRecord,  ///< A row of a table that somebody published.
};

/// "folder", "mllog", "timers", "trace", "record".
std::string_view kind_name(RunKind kind);

/// One run, whatever tells of it. What was not measured is not there.
struct Run {
  std::string name;    ///< Path below what was asked for, or file and line.
  std::string folder;  ///< Of its files; empty where it has none of its own.
  RunKind kind = RunKind::kFolder;
  bool valid = true;                      ///< An invalid run is never averaged.
  std::vector<std::string> reasons = {};  ///< Why it is not.
  std::uint64_t seed = 0;
  Labels labels = {};  ///< benchmark, model, source, study, system, device, file_system, details.…
  Labels parameters = {};  ///< What varied in its study, or its configuration.
  std::vector<ScoreRow> rows = {};
  Numbers numbers = {};                  ///< What does not stand in a row of scores.
  std::optional<double> started_s = {};  ///< Since 1970, UTC.
  std::optional<double> finished_s = {};
  std::shared_ptr<const History> history =
      {};  ///< Where it was read; null: not there or not asked for.
};

/// A score that needs no model, for the runs of a benchmark from one publication.
struct Baseline {
  std::string name;    ///< "majority"
  std::string metric;  ///< "accuracy"
  double value = 0;
  std::string source;  ///< Where it was read.
};

/// Everything that was found: what reports are made of.
struct RunSet {
  Names names;
  std::vector<Run> runs;  ///< By name.
  std::vector<std::string>
      parameters;  ///< That vary, in the order of the studies; without repeats.
  std::vector<Baseline> baselines;
  std::vector<std::string> findings;    ///< What is wrong with published numbers, a sentence each.
  std::vector<std::string> unfinished;  ///< Runs without a result.
  Problems problems;                    ///< Files that could not be read, and why.
};

/// The value of a path; nothing when it is not there.
std::optional<double> number_of(const Numbers& numbers, Name path);

/// The value of a key; 0 when it is not there.
Name label_of(const Labels& labels, Name key);

/// What a run is called in a column: its label (what was recorded), else its parameter (what was
/// asked for: `device: auto`), else what its kind says
/// ("name", "seed", "kind"); empty when it has none.
std::string text_of(const RunSet& set, const Run& run, std::string_view key);

/// Whether a parameter only tells repeats of the same apart: repeat, seed, run, date.
bool is_of_repeat(std::string_view parameter);

}  // namespace sciwright::report
