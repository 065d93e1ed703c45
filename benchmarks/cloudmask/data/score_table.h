#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloudmask/data/scores.h"

namespace sciwright::cloudmask {

/// Rows of the baselines by name.
using BaselineRows = std::map<std::string, std::vector<ScoreRow>>;

/// The rows of `scores` in result.json: subset, num_scenes, num_pixels, every metric by its name,
/// `intervals` ([low, high]), `reliability`, `threshold_sweep`, and `baselines` with the metrics of
/// each. What cannot be computed is null. `rows` may be empty (baselines only).
nlohmann::json scores_json(const std::vector<ScoreRow>& rows, const BaselineRows& baselines);

/// For people: the chosen subset, a line a forecast (model first), with the majority beside it.
std::string scores_text(const std::vector<ScoreRow>& rows, const BaselineRows& baselines,
                        const std::string& subset = "all");

/// scene_scores.csv: scene, day_night, pixels, and every metric of the single scene; empty where it
/// cannot be computed.
std::string scene_scores_csv(const std::vector<SceneCounts>& scenes);

}  // namespace sciwright::cloudmask
