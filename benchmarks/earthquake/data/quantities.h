#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "earthquake/data/fortnights.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {

inline constexpr int kNumFaultLabels = 4;
/// Four labels 0 … 35 for each of the 2400 pixels.
using FaultLabels = std::array<std::vector<int>, kNumFaultLabels>;

/// A named series of the reference: what is summed over which fortnights, and on which scale.
struct Quantity {
  enum class Kind { kFault, kEnergy, kDepth, kNumEvents, kNumLarge };

  std::string name = {};
  Kind kind = Kind::kEnergy;
  int window = 1;  ///< Fortnights summed (energy only).
  int lead = 0;    ///< The window ends this many fortnights after the present one; 0 = "Back".
  MagnitudeTransform transform = MagnitudeTransform::kNone;
};

/// The reference's 38 quantities in its order: 0–3 faults, 4–12 dynamic inputs of the TFT, 13–18
/// E^0.25 windows "Back", 19–27 magnitudes "Ahead", 28–37 E^0.25 now and "Ahead".
const std::vector<Quantity>& reference_quantities();

/// Global minimum, maximum, mean and standard deviation of a quantity, and its min–max scale
/// x' = (x - min) * norm().
struct QuantityStatistics {
  double min = 0;
  double max = 0;
  double mean = 0;
  double standard_deviation = 0;

  double norm() const { return max > min ? 1 / (max - min) : 1; }
  double normalised(double value) const { return (value - min) * norm(); }
  double denormalised(double value) const { return value / norm() + min; }
  double normalised_mean() const { return normalised(mean); }
  double normalised_standard_deviation() const { return standard_deviation * norm(); }
};

/// The values of one quantity in one pixel: values[k] for fortnight k, NaN where the window is not
/// inside the data. `values` has fortnights.num() entries. Not for faults.
void quantity_series(const Quantity& quantity, const Fortnights& fortnights, int loc,
                     std::span<double> values);

/// Statistics of `reference_quantities()` over all 2400 pixels and the fortnights from 25 up to
/// `end` (exclusive; also no window reaches beyond it): the normalisation of a run whose training
/// data end there.
std::vector<QuantityStatistics> quantity_statistics(const Fortnights& fortnights,
                                                    const FaultLabels& faults, int end,
                                                    int num_threads);

/// Largest value over time of a sum over all pixels, as the reference prints it.
struct SumMaxima {
  double num_large = 0;
  double magnitude = 0;
  double quarter_power = 0;
  double half_power = 0;
};

/// Maxima over the fortnights [begin, end).
SumMaxima sum_maxima(const Fortnights& fortnights, int begin, int end);

}  // namespace sciwright::earthquake
