#include "cloudmask/data/scores.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "cloudmask/data/boundary.h"

namespace sciwright::cloudmask {
namespace {

Mask both(const Mask& a, const Mask& b) {
  Mask out = a;
  for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] &= b.values[i];
  return out;
}

Mask without(const Mask& a, const Mask& b) {
  Mask out = a;
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    out.values[i] &= static_cast<std::uint8_t>(b.values[i] == 0);
  }
  return out;
}

/// What all subsets of a scene share.
struct Comparison {
  std::span<const float> probability;
  const Mask& reference;
  const Mask& predicted_band;
  const Mask& reference_band;
  float threshold;

  PixelCounts count(const Mask& counted) const {
    PixelCounts counts = count_pixels(probability, reference.values, counted.values, threshold);
    for (std::size_t i = 0; i < counted.values.size(); ++i) {
      if (counted.values[i] == 0) continue;
      const int bands = predicted_band.values[i] + reference_band.values[i];
      counts.boundary_intersection += static_cast<std::int64_t>(bands == 2);
      counts.boundary_union += static_cast<std::int64_t>(bands > 0);
    }
    return counts;
  }
};

struct Subset {
  const char* name;
  const PixelCounts* (*counts_of)(const SceneCounts& scene);
};

constexpr Subset kSubsets[] = {
    {"all", [](const SceneCounts& s) { return &s.all; }},
    {"day", [](const SceneCounts& s) { return s.day_night == DayNight::kDay ? &s.all : nullptr; }},
    {"night",
     [](const SceneCounts& s) { return s.day_night == DayNight::kNight ? &s.all : nullptr; }},
    {"land", [](const SceneCounts& s) { return s.land ? &*s.land : nullptr; }},
    {"sea", [](const SceneCounts& s) { return s.sea ? &*s.sea : nullptr; }},
};

}  // namespace

SceneCounts count_scene(const Scene& scene, const Mask& reference,
                        std::span<const float> probability, const ScoreOptions& options) {
  if (reference.size != scene.image.size || probability.size() != reference.values.size()) {
    throw Error(
        ErrorKind::kFailure,
        fmt::format("{}: {} probabilities and {} labels for {} pixels", scene.name,
                    probability.size(), reference.values.size(), scene.image.size.num_pixels()));
  }
  const auto threshold = static_cast<float>(options.threshold);
  const Mask counted = options.valid_only ? scene.valid : Mask(scene.image.size, 1);
  Mask predicted(scene.image.size);
  for (std::size_t i = 0; i < probability.size(); ++i) {
    predicted.values[i] = static_cast<std::uint8_t>(probability[i] > threshold);
  }
  const Mask predicted_band = boundary_band(both(predicted, counted), options.boundary_px);
  const Mask reference_band = boundary_band(both(reference, counted), options.boundary_px);
  const Comparison comparison{probability, reference, predicted_band, reference_band, threshold};
  SceneCounts counts{scene.name, scene.day_night, comparison.count(counted), {}, {}};
  if (scene.land) {
    counts.land = comparison.count(both(counted, *scene.land));
    counts.sea = comparison.count(without(counted, *scene.land));
  }
  return counts;
}

std::vector<ScoreRow> score_rows(const std::vector<SceneCounts>& scenes,
                                 const BootstrapOptions& options) {
  std::vector<ScoreRow> rows;
  for (const Subset& subset : kSubsets) {
    std::vector<const PixelCounts*> counts;
    for (const SceneCounts& scene : scenes) {
      const PixelCounts* part = subset.counts_of(scene);
      if (part != nullptr && part->confusion.num_pixels() > 0) counts.push_back(part);
    }
    if (counts.empty()) continue;
    const PixelCounts sum = pooled(counts);
    rows.push_back(
        {.subset = subset.name,
         .num_scenes = static_cast<int>(counts.size()),
         .num_pixels = sum.confusion.num_pixels(),
         .metrics = compute_metrics(counts),
         .intervals = bootstrap(counts, options.num_replicates,
                                derive_seed(options.seed, subset.name), options.num_threads),
         .reliability = reliability_table(sum),
         .sweep = threshold_sweep(sum)});
  }
  return rows;
}

}  // namespace sciwright::cloudmask
