#pragma once

#include <cstdint>

#include "earthquake/data/daily_bins.h"
#include "earthquake/data/pixel_series.h"

namespace sciwright::earthquake {

inline constexpr int kDaysPerFortnight = 14;
/// Fortnight 0 starts on day 3, 1950-01-04, so that the reference's 25,567 days end with a whole
/// one.
inline constexpr int kFirstFortnightDay = 3;
/// Fortnights of the reference's data; the last starts on 2019-12-18.
inline constexpr int kReferenceFortnights = 1826;
/// Fortnights dropped at the start so that a full year back exists: time index 0 of sequences is
/// fortnight 25 (1950-12-20).
inline constexpr int kDroppedFortnights = 25;

/// The benchmark's time unit on the whole grid; every series is [2400, fortnights].
struct Fortnights {
  /// S = Σ_{14 days} 10^{1.5 m_day} with m_day = 0 for a day without events: 14 or more.
  PixelSeries<double> energy;
  /// Energy-weighted depth; a day without events has weight 1 and depth 0.
  PixelSeries<float> depth_km;
  PixelSeries<std::int32_t> num_events;
  PixelSeries<std::int32_t> num_large;  ///< Events of m ≥ 3.29.

  int num() const { return energy.num_times; }
};

/// Sums daily bins of the days before `end_day` (all of them by default) into whole fortnights.
/// Throws a usage error when there is not even one.
Fortnights fortnights_of(const DailyBins& days);
Fortnights fortnights_of(const DailyBins& days, int end_day);

/// The first fortnight with an event anywhere; num() when there is none.
int first_event_fortnight(const Fortnights& fortnights);

/// Days since 1970-01-01 of the first day of a fortnight (may lie before 0 or beyond the end).
std::int64_t fortnight_start(int fortnight);
/// The number of whole fortnights that end before the given day (days since 1970-01-01): the
/// exclusive end of "up to that date". Not below 0.
int fortnights_before(std::int64_t days_since_1970);

}  // namespace sciwright::earthquake
