#include "earthquake/data/quantities.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel_for.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Running sums of one quantity; merged in pixel order, so threads do not change the result.
struct Moments {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  double sum = 0;
  double sum_of_squares = 0;
  double count = 0;

  void add(double value) {
    min = std::min(min, value);
    max = std::max(max, value);
    sum += value;
    sum_of_squares += value * value;
    count += 1;
  }
  void merge(const Moments& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    sum += other.sum;
    sum_of_squares += other.sum_of_squares;
    count += other.count;
  }
  QuantityStatistics statistics() const {
    if (count == 0) return {};
    const double mean = sum / count;
    const double variance = std::max(0.0, sum_of_squares / count - mean * mean);
    return {.min = min, .max = max, .mean = mean, .standard_deviation = std::sqrt(variance)};
  }
};

/// Four running sums side by side, because one alone waits for each addition to end.
Moments moments_of(std::span<const double> values) {
  std::array<Moments, 4> lanes;
  const std::size_t whole = values.size() / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane].add(values[i + lane]);
  }
  for (const double value : values.subspan(whole)) lanes[0].add(value);
  for (std::size_t lane = 1; lane < 4; ++lane) lanes[0].merge(lanes[lane]);
  return lanes[0];
}

/// Back and Ahead quantities that are the same series, read at another time.
bool same_series(const Quantity& a, const Quantity& b) {
  return a.kind == b.kind && a.window == b.window && a.transform == b.transform;
}

/// The moments of every quantity in one pixel.
void pixel_moments(const Fortnights& fortnights, int loc, int end, std::span<Moments> moments) {
  const std::vector<Quantity>& quantities = reference_quantities();
  std::vector<double> values(static_cast<std::size_t>(fortnights.num()));
  for (std::size_t first = kNumFaultLabels; first < quantities.size(); ++first) {
    if (moments[first].count > 0) continue;
    Quantity series = quantities[first];
    series.lead = 0;
    quantity_series(series, fortnights, loc, values);
    for (std::size_t q = first; q < quantities.size(); ++q) {
      const int begin = kDroppedFortnights + quantities[q].lead;
      if (!same_series(quantities[q], series) || begin >= end) continue;
      moments[q] = moments_of(std::span(values).subspan(static_cast<std::size_t>(begin),
                                                        static_cast<std::size_t>(end - begin)));
    }
  }
}

std::vector<Quantity> make_quantities() {
  using enum Quantity::Kind;
  constexpr MagnitudeTransform kQuarter = MagnitudeTransform::kQuarterPower;
  std::vector<Quantity> all;
  for (int i = 0; i < kNumFaultLabels; ++i) {
    all.push_back({.name = "Fault " + std::to_string(i), .kind = kFault});
  }
  all.push_back({.name = "Magnitude 2 weeks Now"});
  all.push_back({.name = "Depth 2 weeks Now", .kind = kDepth});
  all.push_back({.name = "Multiplicity 2 weeks Now", .kind = kNumEvents});
  all.push_back({.name = "Mult >3.29 2 weeks Now", .kind = kNumLarge});
  const std::vector<Quantity> back = {{.name = "4 Weeks Back", .window = 2},
                                      {.name = "2 Months Back", .window = 4},
                                      {.name = "3 Months Back", .window = 7},
                                      {.name = "6 Months Back", .window = 13},
                                      {.name = "Year Back", .window = 26}};
  const std::vector<Quantity> ahead = {{.name = "4 Weeks Ahead", .window = 2, .lead = 2},
                                       {.name = "2 Months Ahead", .window = 4, .lead = 4},
                                       {.name = "3 Months Ahead", .window = 7, .lead = 7},
                                       {.name = "6 Months Ahead", .window = 13, .lead = 13},
                                       {.name = "Year Ahead", .window = 26, .lead = 26},
                                       {.name = "2 Years Ahead", .window = 52, .lead = 52},
                                       {.name = "4 years Ahead", .window = 104, .lead = 104},
                                       {.name = "Skip 1, Year ahead", .window = 26, .lead = 52},
                                       {.name = "2 years 2 ahead", .window = 52, .lead = 104}};
  const auto append = [&all](const std::vector<Quantity>& windows, const std::string& prefix,
                             MagnitudeTransform transform) {
    for (Quantity quantity : windows) {
      quantity.name = prefix + quantity.name;
      quantity.transform = transform;
      all.push_back(quantity);
    }
  };
  append(back, "Mag ", MagnitudeTransform::kNone);
  append({{.name = "2 weeks Back"}}, "E^0.25 ", kQuarter);
  append(back, "E^0.25 ", kQuarter);
  append(ahead, "Mag ", MagnitudeTransform::kNone);
  append({{.name = "2 weeks Now"}}, "E^0.25 ", kQuarter);
  append(ahead, "E^0.25 ", kQuarter);
  return all;
}

template <class T>
void copy_row(const PixelSeries<T>& series, int loc, std::span<double> values) {
  const std::span<const T> row = series.row(loc);
  std::copy(row.begin(), row.end(), values.begin());
}

}  // namespace

const std::vector<Quantity>& reference_quantities() {
  static const std::vector<Quantity> kQuantities = make_quantities();
  return kQuantities;
}

void quantity_series(const Quantity& quantity, const Fortnights& fortnights, int loc,
                     std::span<double> values) {
  switch (quantity.kind) {
    case Quantity::Kind::kDepth:
      return copy_row(fortnights.depth_km, loc, values);
    case Quantity::Kind::kNumEvents:
      return copy_row(fortnights.num_events, loc, values);
    case Quantity::Kind::kNumLarge:
      return copy_row(fortnights.num_large, loc, values);
    case Quantity::Kind::kFault:
      return std::fill(values.begin(), values.end(), kNan);
    case Quantity::Kind::kEnergy:
      break;
  }
  window_energy(fortnights.energy.row(loc), quantity.window, values);
  scale_energies(values, quantity.transform);
  const std::ptrdiff_t lead = std::min<std::ptrdiff_t>(quantity.lead, std::ssize(values));
  std::move(values.begin() + lead, values.end(), values.begin());
  std::fill(values.end() - lead, values.end(), kNan);
}

std::vector<QuantityStatistics> quantity_statistics(const Fortnights& fortnights,
                                                    const FaultLabels& faults, int end,
                                                    int num_threads) {
  const std::size_t num_quantities = reference_quantities().size();
  std::vector<std::vector<Moments>> of_pixel(kGridPixels, std::vector<Moments>(num_quantities));
  parallel_for(kGridPixels, num_threads, [&](std::size_t begin, std::size_t block_end) {
    for (std::size_t loc = begin; loc < block_end; ++loc) {
      for (std::size_t q = 0; q < kNumFaultLabels; ++q) of_pixel[loc][q].add(faults[q][loc]);
      pixel_moments(fortnights, static_cast<int>(loc), end, of_pixel[loc]);
    }
  });
  std::vector<QuantityStatistics> result;
  for (std::size_t q = 0; q < num_quantities; ++q) {
    Moments total;
    for (const std::vector<Moments>& pixel : of_pixel) total.merge(pixel[q]);
    result.push_back(total.statistics());
  }
  return result;
}

SumMaxima sum_maxima(const Fortnights& fortnights, int begin, int end) {
  std::vector<SumMaxima> sums(static_cast<std::size_t>(fortnights.num()));
  std::vector<double> magnitudes(sums.size());
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const std::span<const double> energy = fortnights.energy.row(loc);
    const std::span<const std::int32_t> num_large = fortnights.num_large.row(loc);
    window_magnitudes(energy, 1, magnitudes);
    for (std::size_t k = 0; k < sums.size(); ++k) {
      sums[k].num_large += num_large[k];
      sums[k].magnitude += magnitudes[k];
      sums[k].quarter_power += scaled_energy(energy[k], MagnitudeTransform::kQuarterPower);
      sums[k].half_power += scaled_energy(energy[k], MagnitudeTransform::kHalfPower);
    }
  }
  SumMaxima maxima;
  for (int k = begin; k < end; ++k) {
    const SumMaxima& sum = sums[static_cast<std::size_t>(k)];
    maxima.num_large = std::max(maxima.num_large, sum.num_large);
    maxima.magnitude = std::max(maxima.magnitude, sum.magnitude);
    maxima.quarter_power = std::max(maxima.quarter_power, sum.quarter_power);
    maxima.half_power = std::max(maxima.half_power, sum.half_power);
  }
  return maxima;
}

}  // namespace sciwright::earthquake
