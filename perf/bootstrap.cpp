// The interval of a mean by bootstrap, of the values that peers/bootstrap.py has.

#include "stats/bootstrap.h"

#include <chrono>
#include <cmath>
#include <vector>

#include <fmt/format.h>

int main() {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(std::exp(std::sin(3.0 * i)));
  constexpr int kRounds = 20;
  std::optional<sciwright::stats::Interval> interval;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) interval = sciwright::stats::bootstrap_mean_interval(values);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  fmt::print("{{\"interval_s\": {}, \"low\": {}, \"high\": {}}}\n", time.count() / kRounds,
             interval->low, interval->high);
  return 0;
}
