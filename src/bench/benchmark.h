#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/progress_bar.h"
#include "bench/benchmark_spec.h"
#include "record/mllog.h"
#include "record/phases.h"
#include "record/stopwatch.h"

namespace sciwright::train {
class RankGroup;
}

namespace sciwright::bench {

/// The processes that train one model together.
struct RankTeam {
  train::RankGroup* group = nullptr;  ///< Null: alone.
  int num_ranks = 1;
  int num_machines = 1;
  int num_local_ranks = 1;  ///< On this machine, this one too.
};

/// What the runner lends to a benchmark for one run. Everything outlives the run.
struct RunContext {
  const Json& settings;                 ///< Every setting, checked; data paths as staged.
  const std::string& config_hash;       ///< Of the settings as they were given.
  const std::filesystem::path& folder;  ///< The run folder; write atomically or append.
  std::uint64_t seed;                   ///< Derive every stream from it.
  int num_threads;
  const RankTeam& ranks;
  bool resume;             ///< The folder holds an interrupted run to continue.
  record::Phases& phases;  ///< Times phases; the mapped ones go to the MLCommons log.
  record::MllogWriter& mllog;
  ProgressBar& progress;
  /// Why the run should stop, or nothing. Ask between steps; save, then return an outcome with
  /// `stopped`.
  const std::function<std::optional<ErrorKind>()>& stop_requested;
  /// A line for people, on stderr; silent with --quiet.
  const std::function<void(const std::string&)>& say;
};

/// How a run ended.
struct RunOutcome {
  bool stopped = false;  ///< Saved on request and can be resumed; there are no scores.
  /// Rows of `scores` in result.json.
  Json scores = Json::array();
  /// Further members of result.json (a leakage report, the data's facts).
  Json extra = Json::object();
  /// Why the result must not be used; empty for a valid run.
  Problems invalid_because = {};
  /// The tables, for stdout.
  std::string text = {};
};

/// What --predict-only asks for.
struct PredictionRequest {
  std::filesystem::path model_run;  ///< Folder of a finished run, or a model file.
  std::string from;                 ///< "YYYY-MM-DD", or empty for the newest data.
  int num_threads;
  /// A line for people, as RunContext::say.
  const std::function<void(const std::string&)>& say;
};

/// A forecast that needs nothing more than a run folder to write into; `text` of its outcome is
/// printed.
using Prediction = std::function<RunOutcome(RunContext&)>;

/// One benchmark. The runner knows nothing of its science, the benchmark nothing of the command
/// line.
class Benchmark {
 public:
  virtual ~Benchmark() = default;

  virtual BenchmarkSpec spec() const = 0;

  /// Trains, forecasts and scores. Throws Error for bad input and failures.
  virtual RunOutcome run(RunContext& context) const = 0;

  /// Layers, weights and FLOPs of the network these settings describe, for --summary.
  virtual std::string model_summary(const Json& settings) const = 0;

  /// Prepares to apply a finished run's model to the newest data: reads both, and throws usage
  /// errors for all that is wrong with them, before there is a run folder.
  virtual Prediction prediction(const Json& settings, const PredictionRequest& request) const = 0;
};

}  // namespace sciwright::bench
