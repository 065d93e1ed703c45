#include "earthquake/task/decoder_windows.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/error.h"
#include "earthquake/data/test_dataset.h"

namespace sciwright::earthquake {
namespace {

constexpr int kRow = 1;
constexpr int kLastInput = 70;

class DecoderTargetsTest : public testing::Test {
 protected:
  /// Σ of energies of the `window` fortnights that end at `end`.
  double energy(int end, int window) const {
    double sum = 0;
    for (int k = end - window + 1; k <= end; ++k) sum += dataset_.history.energy.at(kRow, k);
    return sum;
  }
  torch::Tensor baseline(ResidualKind kind) const {
    torch::Tensor out = torch::empty({1, kDecoderSteps, kTargetsPerStep, 2});
    targets_.baseline(kind, kRow, kLastInput,
                      {out.data_ptr<float>(), std::size_t{2} * DecoderTargets::kCount});
    return out;
  }

  Dataset dataset_ = test_dataset();
  DecoderTargets targets_{dataset_, 1};
};

TEST_F(DecoderTargetsTest, AreTheMagnitudesOfTheWindowsToCome) {
  std::vector<float> values(DecoderTargets::kCount);
  targets_.targets(kRow, kLastInput, values);
  const int index = decoder_index("6 Months Back 2wk+7");
  EXPECT_NEAR(targets_.magnitude(index, values[static_cast<std::size_t>(index)]),
              std::log10(energy(kLastInput + 7, 13)) / 1.5, 1e-5);
}

TEST_F(DecoderTargetsTest, BaselineKnowsTheOverlapAndItsShareOfTheEnergy) {
  const int index = decoder_index("6 Months Back 2wk+7");
  const torch::Tensor given = baseline(ResidualKind::kOverlapFloor)[0][6][2];
  const double known = energy(kLastInput, 6);
  EXPECT_NEAR(targets_.magnitude(index, given[0].item<float>()), std::log10(known + 7 * 14) / 1.5,
              1e-5);
  EXPECT_NEAR(given[1].item<double>(), 7 * 14 / (known + 7 * 14), 1e-6);
}

TEST_F(DecoderTargetsTest, WeightsAreLargerWhereTargetsVaryLess) {
  const auto index = static_cast<std::size_t>(decoder_index("Next 2 weeks Now"));
  const auto variance = [&](int row) {
    const Period& fit = dataset_.protocol.fit;
    double sum = 0;
    double squares = 0;
    for (int k = fit.begin; k < fit.end; ++k) {
      const double m = std::log10(dataset_.history.energy.at(row, k)) / 1.5;
      sum += m;
      squares += m * m;
    }
    const double count = fit.end - fit.begin;
    return squares / count - (sum / count) * (sum / count);
  };
  double mean = 0;
  const int pixels = dataset_.history.num_pixels();
  for (int row = 0; row < pixels; ++row) mean += variance(row) / pixels;
  std::vector<float> weights(DecoderTargets::kCount);
  for (int row = 0; row < pixels; ++row) {
    targets_.weights(row, weights);
    EXPECT_NEAR(weights[index], mean / (variance(row) + 0.1 * mean), 1e-4);
  }
}

TEST_F(DecoderTargetsTest, NoCorrectionRepeatsTheBaseline) {
  const torch::Tensor given = baseline(ResidualKind::kOverlapMean);
  const torch::Tensor none = torch::zeros({1, kDecoderSteps, kTargetsPerStep});
  EXPECT_TRUE(torch::equal(targets_.corrected(none, given), given.select(-1, 0)));
}

TEST_F(DecoderTargetsTest, CorrectionChangesTheUnknownEnergyOnly) {
  const int index = decoder_index("6 Months Back 2wk+7");
  const double magnitudes_more = 0.8;
  const double norm = dataset_
                          .scales[static_cast<std::size_t>(
                              decoder_parameters()[static_cast<std::size_t>(index)].quantity)]
                          .norm();
  const torch::Tensor output =
      torch::full({1, kDecoderSteps, kTargetsPerStep}, magnitudes_more * norm);
  const torch::Tensor forecast =
      targets_.corrected(output, baseline(ResidualKind::kOverlapFloor))[0][6][2];
  EXPECT_NEAR(
      targets_.magnitude(index, forecast.item<float>()),
      std::log10(energy(kLastInput, 6) + 7 * 14 * std::pow(10, 1.5 * magnitudes_more)) / 1.5, 1e-4);
}

TEST_F(DecoderTargetsTest, CorrectsEveryQuantileAlike) {
  const torch::Tensor given = baseline(ResidualKind::kOverlapMean);
  const torch::Tensor output = torch::rand({1, kDecoderSteps, kTargetsPerStep, 3}) * 0.1;
  EXPECT_TRUE(torch::equal(targets_.corrected(output, given).select(-1, 1),
                           targets_.corrected(output.select(-1, 1), given)));
}

TEST_F(DecoderTargetsTest, AWildCorrectionStaysFinite) {
  const torch::Tensor output = torch::full({1, kDecoderSteps, kTargetsPerStep}, 1e6);
  EXPECT_TRUE(targets_.corrected(output, baseline(ResidualKind::kOverlapMean))
                  .isfinite()
                  .all()
                  .item<bool>());
}

TEST(ResidualKind, RefusesAnotherName) { EXPECT_THROW(parse_residual("mean"), Error); }

}  // namespace
}  // namespace sciwright::earthquake
