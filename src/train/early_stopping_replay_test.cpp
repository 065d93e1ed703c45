// The rule on the validation losses of the five runs of arXiv 2401.08636, read off its figure: they
// stop where the paper's runs stopped.

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "io/csv.h"
#include "train/early_stopping.h"

namespace sciwright::train {
namespace {

using ::testing::ElementsAre;

std::filesystem::path curves_file() {
  const char* shared = std::getenv("SCIWRIGHT_SHARED");
  const std::filesystem::path root =
      shared != nullptr ? std::filesystem::path(shared)
                        : std::filesystem::path(SCIWRIGHT_SOURCE_DIR) / ".." / "shared";
  return root / "data" / "cloud" / "published_runs" / "nyu_greene_curves_digitised.csv";
}

/// Validation loss by curve and epoch, from 1; of an epoch given twice the first counts.
std::map<int, std::map<int, double>> validation_losses() {
  const std::string text = read_file(curves_file());
  io::CsvReader rows(text);
  rows.next();
  rows.use_as_header();
  std::map<int, std::map<int, double>> losses;
  while (rows.next()) {
    if (rows.text(0) != "validation_loss_diff_runs") continue;
    losses[static_cast<int>(rows.number(1))].emplace(static_cast<int>(rows.number(2)),
                                                     rows.number(3));
  }
  return losses;
}

/// The epoch a fit with these losses stops after, and the best one; an epoch that is missing in
/// the figure is no improvement.
std::pair<int, int> replay(const std::map<int, double>& losses) {
  constexpr int kMaxEpochs = 200;
  EarlyStopping rule({.patience = 25});
  int epoch = 1;
  for (; epoch < kMaxEpochs; ++epoch) {
    const auto found = losses.find(epoch);
    const double loss =
        found == losses.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
    if (rule.should_stop(epoch, loss)) break;
  }
  return {epoch, rule.best_epoch()};
}

TEST(EarlyStoppingReplay, StopsWhereThePublishedRunsStopped) {
  if (!std::filesystem::exists(curves_file())) {
    GTEST_SKIP() << curves_file() << " is not there (real data)";
  }
  std::vector<int> stops;
  std::vector<int> best;
  for (const auto& [curve, losses] : validation_losses()) {
    const auto [stop, best_epoch] = replay(losses);
    stops.push_back(stop);
    best.push_back(best_epoch);
  }
  EXPECT_THAT(stops, ElementsAre(200, 147, 162, 200, 183));
  EXPECT_THAT(best, ElementsAre(177, 122, 137, 184, 158));
}

}  // namespace
}  // namespace sciwright::train
