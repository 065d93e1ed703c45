#include "tuning/parzen.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace sciwright::tuning {
namespace {

constexpr int kNumCandidates = 24;
constexpr double kPriorCentre = 0.5;
constexpr double kPriorWidth = 1.0;

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// A normal distribution cut off at 0 and 1.
class Bump final {
 public:
  Bump(double centre, double width) : centre_(centre), width_(width) {
    const double within = normal_below((1 - centre) / width) - normal_below(-centre / width);
    height_ = 1 / (width * std::sqrt(2 * std::numbers::pi) * within);
  }

  double density(double x) const {
    const double z = (x - centre_) / width_;
    return height_ * std::exp(-0.5 * z * z);
  }

  /// The centre lies within and the width is 1 at most, so at least a third of the draws does.
  double draw(RandomStream& random) const {
    while (true) {
      const double x = centre_ + width_ * random.normal();
      if (x >= 0 && x < 1) return x;
    }
  }

 private:
  double centre_;
  double width_;
  double height_;
};

/// Bumps of equal weight.
class Mixture final {
 public:
  explicit Mixture(std::vector<double> points) {
    std::sort(points.begin(), points.end());
    const double narrowest =
        1.0 / static_cast<double>(std::min<std::size_t>(100, points.size() + 1));
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double left = i == 0 ? 0 : points[i - 1];
      const double right = i + 1 == points.size() ? 1 : points[i + 1];
      const double width = std::max(points[i] - left, right - points[i]);
      bumps_.emplace_back(points[i], std::clamp(width, narrowest, 1.0));
    }
    bumps_.emplace_back(kPriorCentre, kPriorWidth);
  }

  double density(double x) const {
    double sum = 0;
    for (const Bump& bump : bumps_) sum += bump.density(x);
    return sum / static_cast<double>(bumps_.size());
  }

  double draw(RandomStream& random) const {
    return bumps_[random.below(bumps_.size())].draw(random);
  }

 private:
  std::vector<Bump> bumps_;
};

/// How often each choice was taken, and a bit more: the shares of a density.
std::vector<double> shares(const std::vector<double>& points, std::size_t num_choices) {
  const auto num = static_cast<double>(num_choices);
  std::vector<double> out(num_choices, 1.0 / num);
  for (const double point : points) {
    out[std::min(static_cast<std::size_t>(point * num), num_choices - 1)] += 1;
  }
  const double sum = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& share : out) share /= sum;
  return out;
}

std::size_t draw_choice(const std::vector<double>& shares, RandomStream& random) {
  double rest = random.uniform();
  for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
    if (rest < shares[i]) return i;
    rest -= shares[i];
  }
  return shares.size() - 1;
}

double propose_choice(std::size_t num_choices, const Observations& seen, RandomStream& random) {
  const std::vector<double> good = shares(seen.good, num_choices);
  const std::vector<double> bad = shares(seen.bad, num_choices);
  std::size_t best = 0;
  for (int i = 0; i < kNumCandidates; ++i) {
    const std::size_t candidate = draw_choice(good, random);
    if (i == 0 || good[candidate] * bad[best] > good[best] * bad[candidate]) best = candidate;
  }
  return (static_cast<double>(best) + 0.5) / static_cast<double>(num_choices);
}

}  // namespace

double propose(const Dimension& dimension, const Observations& seen, RandomStream& random) {
  if (dimension.num_choices > 0) return propose_choice(dimension.num_choices, seen, random);
  const Mixture good(seen.good);
  const Mixture bad(seen.bad);
  double best = 0;
  double best_ratio = -1;
  for (int i = 0; i < kNumCandidates; ++i) {
    const double candidate = good.draw(random);
    const double ratio = good.density(candidate) / bad.density(candidate);
    if (ratio <= best_ratio) continue;
    best = candidate;
    best_ratio = ratio;
  }
  return best;
}

std::size_t num_good(std::size_t num) { return std::min<std::size_t>((num + 9) / 10, 25); }

}  // namespace sciwright::tuning
