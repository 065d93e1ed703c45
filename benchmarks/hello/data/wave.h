#pragma once

#include <cstdint>
#include <vector>

namespace sciwright::hello {

/// A noisy sine of period 25: value[t] = sin(2π t / 25) + noise · N(0, 1).
std::vector<float> make_wave(int num_points, double noise, std::uint64_t seed);

/// Index of the first point of the test part, the last fifth of the wave.
int first_test_point(int num_points);

/// Mean squared error of forecasts of `truth`; both have the same length, 1 or more.
double mean_squared_error(const std::vector<float>& forecast, const std::vector<float>& truth);

/// Forecasts that need no learning, for the points from `first` on.
std::vector<float> persistence(const std::vector<float>& wave, int first);
/// The mean of the points before `first`.
std::vector<float> climatology(const std::vector<float>& wave, int first);

}  // namespace sciwright::hello
