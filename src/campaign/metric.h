#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/result.h"

namespace sciwright::campaign {

using record::Json;

/// Which way a number gets better.
enum class Direction { kHigher, kLower };

/// The scores a benchmark knows, its main one first, by their dotted paths in a row of `scores`. A
/// path also stands for all below it: "average" for "average.val".
struct KnownMetrics {
  std::string benchmark;
  std::vector<std::pair<std::string, Direction>> metrics;
};

/// Which row of `scores` is meant: fields and what their values print as. Empty: the first row.
using RowChoice = std::vector<std::pair<std::string, std::string>>;

/// Reads "parameter=Next Year Back", once for each field. Throws a usage error for a text without
/// "=".
RowChoice parse_row_choice(const std::vector<std::string>& texts);

/// What a result says at a dotted path: "accuracy", "average.val" of the chosen row of scores;
/// "times_s.Training", "energy.joules", "io.stall_fraction", "details.…"; "benchmark", "model",
/// "seed". Items of lists are counted from 0 ("energy.devices.0.joules"). Null when there is
/// nothing.
Json value_at(const record::RunResult& result, std::string_view path, const RowChoice& row);

/// The same where it is a number.
std::optional<double> number_at(const record::RunResult& result, std::string_view path,
                                const RowChoice& row);

/// The paths of all numbers of a result, those of the chosen row first.
std::vector<std::string> number_paths(const record::RunResult& result, const RowChoice& row);

/// Whether a number says as much about the machine as about the answer (times, energy, input and
/// output), so that it is never pooled over different machines.
bool depends_on_system(std::string_view path);

/// Which way the number at a path gets better; nothing when that is not known. What stands below
/// "baselines.<name>" is judged as the same score of the model.
std::optional<Direction> direction_of(std::string_view path,
                                      const std::vector<KnownMetrics>& known);

/// "higher" or "lower".
std::string_view direction_name(Direction direction);

}  // namespace sciwright::campaign
