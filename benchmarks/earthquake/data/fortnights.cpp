#include "earthquake/data/fortnights.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

/// An empty day counts with the energy of one m = 0 event.
constexpr double kEmptyDayEnergy = 1;

}  // namespace

Fortnights fortnights_of(const DailyBins& days) { return fortnights_of(days, days.num_days); }

Fortnights fortnights_of(const DailyBins& days, int end_day) {
  const int num = (std::min(end_day, days.num_days) - kFirstFortnightDay) / kDaysPerFortnight;
  if (num < 1) {
    throw usage_error(fmt::format(
        "The catalogue covers {} days since 1950-01-01, which is less than one fortnight.",
        days.num_days));
  }
  Fortnights result{.energy = {kGridPixels, num, kDaysPerFortnight * kEmptyDayEnergy},
                    .depth_km = {kGridPixels, num},
                    .num_events = {kGridPixels, num},
                    .num_large = {kGridPixels, num}};
  for (const DailyBin& day : days.bins) {
    if (day.day < kFirstFortnightDay) continue;
    const int k = (day.day - kFirstFortnightDay) / kDaysPerFortnight;
    if (k >= num) break;
    result.energy.at(day.loc, k) += day.energy - kEmptyDayEnergy;
    result.depth_km.at(day.loc, k) += static_cast<float>(day.energy_depth_km);
    result.num_events.at(day.loc, k) += day.num_events;
    result.num_large.at(day.loc, k) += day.num_large;
  }
  for (std::size_t i = 0; i < result.depth_km.values.size(); ++i) {
    float& depth = result.depth_km.values[i];  // Energy times depth so far.
    if (depth != 0) depth = static_cast<float>(depth / result.energy.values[i]);
  }
  return result;
}

int first_event_fortnight(const Fortnights& fortnights) {
  int first = fortnights.num();
  for (int pixel = 0; pixel < fortnights.num_events.num_pixels; ++pixel) {
    const std::span<const std::int32_t> counts = fortnights.num_events.row(pixel);
    for (int t = 0; t < first; ++t) {
      if (counts[static_cast<std::size_t>(t)] > 0) first = t;
    }
  }
  return first;
}

std::int64_t fortnight_start(int fortnight) {
  return kDayZeroSince1970 + kFirstFortnightDay + std::int64_t{kDaysPerFortnight} * fortnight;
}

int fortnights_before(std::int64_t days_since_1970) {
  const std::int64_t days = days_since_1970 - fortnight_start(0);
  return static_cast<int>(std::max<std::int64_t>(0, days / kDaysPerFortnight));
}

}  // namespace sciwright::earthquake
