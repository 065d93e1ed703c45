#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "energy/power_curve.h"
#include "record/intervals.h"

namespace sciwright::energy {

/// An epoch of which less is covered is not known whole. (The times of samples and of timers differ
/// by the time of a question.)
inline constexpr double kWholeCoverage = 0.99;

/// When one epoch of a fit ran. A run that was interrupted in it and resumed has several intervals
/// of it, which count as one epoch.
struct Epoch {
  std::int64_t number = 0;  ///< The interval's value `epoch_num`; without one, counted from 1.
  std::vector<Window> windows;
  bool is_whole = true;  ///< False when a part was killed, so that nobody knows how long it ran.
};

/// The epochs among the intervals of a name, in order of their first appearance.
std::vector<Epoch> epochs_of(const std::vector<record::Interval>& intervals,
                             const std::string& name);

}  // namespace sciwright::energy
