#include "hello/data/wave.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include "base/random.h"

namespace sciwright::hello {

std::vector<float> make_wave(int num_points, double noise, std::uint64_t seed) {
  RandomStream random(derive_seed(seed, "wave"));
  std::vector<float> wave;
  for (int t = 0; t < num_points; ++t) {
    const double clean = std::sin(2 * std::numbers::pi * t / 25);
    wave.push_back(static_cast<float>(clean + noise * random.normal()));
  }
  return wave;
}

int first_test_point(int num_points) { return num_points * 4 / 5; }

double mean_squared_error(const std::vector<float>& forecast, const std::vector<float>& truth) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = static_cast<double>(forecast[i]) - static_cast<double>(truth[i]);
    sum += error * error;
  }
  return sum / static_cast<double>(truth.size());
}

std::vector<float> persistence(const std::vector<float>& wave, int first) {
  return {wave.begin() + first - 1, wave.end() - 1};
}

std::vector<float> climatology(const std::vector<float>& wave, int first) {
  const double sum = std::accumulate(wave.begin(), wave.begin() + first, 0.0);
  return std::vector<float>(wave.size() - static_cast<std::size_t>(first),
                            static_cast<float>(sum / first));
}

}  // namespace sciwright::hello
