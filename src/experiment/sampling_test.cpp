#include "experiment/sampling.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

/// All points of a plan, one vector for each dimension.
std::vector<std::vector<double>> columns(const std::string& method, std::uint64_t num,
                                         std::size_t dimensions, std::uint64_t seed = 1) {
  UnitSampler sampler({.method = method, .num = num, .seed = seed}, dimensions);
  std::vector<std::vector<double>> out(dimensions);
  std::vector<double> point(dimensions);
  for (std::uint64_t i = 0; i < num; ++i) {
    sampler.point(i, point);
    for (std::size_t d = 0; d < dimensions; ++d) out[d].push_back(point[d]);
  }
  return out;
}

/// How many of the points fall into each of `num` strata.
std::vector<int> counts(const std::vector<double>& values, std::size_t num) {
  std::vector<int> out(num, 0);
  for (const double v : values) ++out.at(static_cast<std::size_t>(v * static_cast<double>(num)));
  return out;
}

TEST(Sampling, LatinHypercubeUsesEveryStratumOnce) {
  for (const auto& column : columns("latin_hypercube", 50, 3)) {
    EXPECT_EQ(counts(column, 50), std::vector<int>(50, 1));
  }
}

TEST(Sampling, SobolFillsTheSquareEvenly) {
  // 256 points of a (t, m, s)-net less its first point: 16 × 16 boxes have one point each, but one
  // whose point belongs to the 257th.
  const auto xy = columns("sobol", 256, 2);
  std::vector<int> boxes(256, 0);
  for (std::size_t i = 0; i < 256; ++i) {
    ++boxes.at(static_cast<std::size_t>(xy[0][i] * 16) * 16 +
               static_cast<std::size_t>(xy[1][i] * 16));
  }
  EXPECT_LE(std::count(boxes.begin(), boxes.end(), 0), 1);
  EXPECT_LE(*std::max_element(boxes.begin(), boxes.end()), 2);
}

TEST(Sampling, RandomPointsAreUniform) {
  const auto x = columns("random", 10000, 1).front();
  // Each count is binomial with mean 1000 and standard deviation 30; five of them as tolerance.
  for (const int count : counts(x, 10)) EXPECT_NEAR(count, 1000, 150);
}

TEST(Sampling, DependsOnTheSeedOnly) {
  for (const char* method : {"random", "latin_hypercube", "sobol"}) {
    EXPECT_EQ(columns(method, 20, 2, 7), columns(method, 20, 2, 7)) << method;
    EXPECT_NE(columns(method, 20, 2, 7), columns(method, 20, 2, 8)) << method;
  }
}

}  // namespace
}  // namespace sciwright::experiment
