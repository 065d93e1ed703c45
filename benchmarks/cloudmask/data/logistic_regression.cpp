#include "cloudmask/data/logistic_regression.h"

#include <cmath>

#include <Eigen/Dense>

#include "base/parallel_for.h"

namespace sciwright::cloudmask {
namespace {

constexpr double kRidge = 1;
constexpr int kMaxIterations = 50;
constexpr double kTolerance = 1e-8;

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

/// Channels scaled to mean 0 and spread 1, a column of ones behind them.
struct Design {
  Matrix rows;  ///< [n, channels + 1]
  Vector label;
  Vector mean;
  Vector spread;  ///< 1 for a constant channel.
};

Design design_of(const PixelSample& sample) {
  const auto n = static_cast<Eigen::Index>(sample.size());
  const auto channels = static_cast<Eigen::Index>(sample.num_channels);
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Design d;
  d.rows.resize(n, channels + 1);
  d.rows.leftCols(channels) =
      Eigen::Map<const Rows>(sample.values.data(), n, channels).cast<double>();
  d.rows.col(channels).setOnes();
  d.label = Eigen::Map<const Eigen::Matrix<std::uint8_t, Eigen::Dynamic, 1>>(sample.label.data(), n)
                .cast<double>();
  d.mean = d.rows.leftCols(channels).colwise().mean().transpose();
  d.rows.leftCols(channels).rowwise() -= d.mean.transpose();
  d.spread = (d.rows.leftCols(channels).colwise().squaredNorm() / static_cast<double>(n))
                 .cwiseSqrt()
                 .transpose();
  d.spread = (d.spread.array() > 1e-9 * (1 + d.mean.array().abs())).select(d.spread, 1.0);
  d.rows.leftCols(channels) *= d.spread.cwiseInverse().asDiagonal();
  return d;
}

/// Negative log-likelihood with the ridge; log(1 + eᶻ) without overflow.
double loss_of(const Design& d, const Vector& weights) {
  const Eigen::ArrayXd z = (d.rows * weights).array();
  const Eigen::ArrayXd softplus = z.max(0.0) + (-z.abs()).exp().log1p();
  return (softplus - d.label.array() * z).sum() + kRidge / 2 * weights.squaredNorm();
}

Vector newton_step(const Design& d, const Vector& weights) {
  const Eigen::ArrayXd p = 1 / (1 + (-(d.rows * weights).array()).exp());
  const Vector gradient = d.rows.transpose() * (d.label - p.matrix()) - kRidge * weights;
  const Matrix weighted = (p * (1 - p)).matrix().asDiagonal() * d.rows;
  Matrix hessian = d.rows.transpose() * weighted;
  hessian.diagonal().array() += kRidge;
  return hessian.ldlt().solve(gradient);
}

}  // namespace

LogisticRegression fit_logistic_regression(const PixelSample& sample) {
  const Design d = design_of(sample);
  Vector weights = Vector::Zero(d.rows.cols());
  double loss = loss_of(d, weights);
  LogisticRegression model;
  while (model.num_iterations < kMaxIterations) {
    ++model.num_iterations;
    Vector step = newton_step(d, weights);
    double next = loss_of(d, weights + step);
    while (next > loss && step.lpNorm<Eigen::Infinity>() > kTolerance) {
      step /= 2;
      next = loss_of(d, weights + step);
    }
    if (next > loss) break;
    weights += step;
    loss = next;
    if (step.lpNorm<Eigen::Infinity>() < kTolerance) break;
  }
  const Eigen::Index channels = d.mean.size();
  const Vector coefficients = weights.head(channels).cwiseQuotient(d.spread);
  model.intercept = static_cast<float>(weights(channels) - coefficients.dot(d.mean));
  model.coefficients.resize(static_cast<std::size_t>(channels));
  Eigen::Map<Eigen::VectorXf>(model.coefficients.data(), channels) = coefficients.cast<float>();
  return model;
}

std::vector<float> predict(const LogisticRegression& model, const Planes& image, int num_threads) {
  std::vector<float> out(image.size.num_pixels());
  parallel_for(out.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin),
              out.begin() + static_cast<std::ptrdiff_t>(end), model.intercept);
    for (int c = 0; c < image.num_channels; ++c) {
      const float weight = model.coefficients[static_cast<std::size_t>(c)];
      const std::span<const float> plane = image.plane(c);
      for (std::size_t i = begin; i < end; ++i) out[i] += weight * plane[i];
    }
    for (std::size_t i = begin; i < end; ++i) out[i] = 1 / (1 + std::exp(-out[i]));
  });
  return out;
}

}  // namespace sciwright::cloudmask
