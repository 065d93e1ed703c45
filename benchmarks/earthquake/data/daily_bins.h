#pragma once

#include <cstdint>
#include <vector>

#include "earthquake/data/event.h"

namespace sciwright::earthquake {

/// The benchmark's calendar: day 0 is 1950-01-01.
inline constexpr std::int64_t kDayZeroSince1970 = -7305;
/// Days of the reference's data, 1950-01-01 … 2019-12-31.
inline constexpr int kReferenceDays = 25567;
/// Magnitude from which an event counts as large (the reference's "multiplicity m > 3.29"; its data
/// fit "at least").
inline constexpr double kLargeMagnitude = 3.29;

/// 10^{1.5 m}: the energy of a magnitude, in units of an m = 0 event.
double energy_of_magnitude(double magnitude);
/// log10(E) / 1.5, the magnitude of one event that has the energy `energy` (> 0).
double magnitude_of_energy(double energy);

/// A pixel-day with at least one event.
struct DailyBin {
  std::int32_t day = 0;        ///< Days since 1950-01-01.
  std::int32_t loc = 0;        ///< Pixel, 0 … 2399.
  double energy = 0;           ///< Σ 10^{1.5 m} over the day's events.
  double energy_depth_km = 0;  ///< Σ 10^{1.5 m} z; divided by `energy` it is the day's depth.
  std::int32_t num_events = 0;
  std::int32_t num_large = 0;  ///< Events of m ≥ 3.29.
};

/// A catalogue binned by pixel and day, sparse: what the reference's four CSV files of 25567 × 2400
/// numbers hold.
struct DailyBins {
  std::vector<DailyBin> bins;  ///< Sorted by day, then loc.
  int num_days = 0;            ///< Days from 1950-01-01 to the last event's day, both included.
};

/// Bins events (sorted by time, as in a Catalogue). Events before 1950 or outside the box are left
/// out.
DailyBins bin_by_day(const std::vector<Event>& events);

}  // namespace sciwright::earthquake
