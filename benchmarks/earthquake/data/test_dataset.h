#pragma once

#include <cmath>

#include "base/random.h"
#include "earthquake/data/daily_bins.h"
#include "earthquake/data/dataset.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {

/// Random energies in three neighbouring pixels of 120 fortnights, the last one for validation;
/// for tests.
inline Dataset test_dataset() {
  constexpr int kNum = 120;
  Dataset d;
  d.fortnights = {.energy = {kGridPixels, kNum, 14.0},
                  .depth_km = {kGridPixels, kNum},
                  .num_events = {kGridPixels, kNum},
                  .num_large = {kGridPixels, kNum}};
  RandomStream random(3);
  for (int loc = 0; loc < 3; ++loc) {
    for (int k = 0; k < kNum; ++k) {
      d.fortnights.energy.at(loc, k) += std::pow(10, random.uniform(0, 6));
      d.fortnights.num_large.at(loc, k) = static_cast<std::int32_t>(random.poisson(0.5));
    }
  }
  d.top_earthquakes = {{.day = -6000,
                        .latitude_deg = pixel_latitude_deg(0),
                        .longitude_deg = pixel_longitude_deg(0),
                        .magnitude = 6.5,
                        .name = "inside"}};
  for (std::vector<int>& labels : d.faults) labels.assign(kGridPixels, 1);
  d.fault_source = "a test";
  d.split = {.locs = {0, 1, 2}, .is_validation = {0, 0, 1}};
  d.protocol = make_protocol(ProtocolKind::kCompat, kNum);
  d.scales = quantity_statistics(d.fortnights, d.faults, kNum, 1);
  d.history = pixel_history(d.fortnights, d.split.locs, decoder_parameters(), 1);
  d.means = target_window_means(d.history, kNum);
  d.num_time_points = num_time_points(kNum);
  return d;
}

}  // namespace sciwright::earthquake
