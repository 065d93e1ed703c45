#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cloudmask/data/metrics.h"
#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// How masks are scored.
struct ScoreOptions {
  double threshold = 0.5;  ///< Cloud where the probability is above.
  /// Width of the contour of Boundary IoU; its authors take 2 % of the diagonal, which for a whole
  /// scene (38 px) is most of a cloud field.
  int boundary_px = 3;
  bool valid_only = true;  ///< Leave out pixels without data; the reference counts them as clear.
};

/// The counts of one scene, at most 60 KB: scores of any number of scenes are accumulated scene by
/// scene.
struct SceneCounts {
  std::string name;
  DayNight day_night = DayNight::kUnknown;
  PixelCounts all;
  std::optional<PixelCounts> land;  ///< Where land and sea are known.
  std::optional<PixelCounts> sea;
};

/// Compares probabilities, [H, W], with a mask of the scene (its labels, or the truth of a
/// synthetic one).
SceneCounts count_scene(const Scene& scene, const Mask& reference,
                        std::span<const float> probability, const ScoreOptions& options = {});

/// One row of scores.
struct ScoreRow {
  std::string subset;  ///< "all", "day", "night", "land" or "sea".
  int num_scenes = 0;
  std::int64_t num_pixels = 0;
  Metrics metrics;
  MetricIntervals intervals;  ///< 95 %, over scenes.
  std::vector<ReliabilityBin> reliability;
  std::vector<ThresholdScores> sweep;
};

/// How intervals are made.
struct BootstrapOptions {
  int num_replicates = 1000;
  std::uint64_t seed = 1;
  int num_threads = 1;
};

/// The rows of all subsets that have pixels; "all" comes first.
std::vector<ScoreRow> score_rows(const std::vector<SceneCounts>& scenes,
                                 const BootstrapOptions& options = {});

}  // namespace sciwright::cloudmask
