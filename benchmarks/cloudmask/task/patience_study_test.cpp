#include "cloudmask/task/patience_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::cloudmask {
namespace {

using ::testing::HasSubstr;

/// Ten epochs of a second each; lowest losses in epochs 2 and 6.
std::vector<train::EpochRecord> ten_epochs() {
  std::vector<train::EpochRecord> history;
  for (const double loss : {5.0, 3.0, 3.5, 3.0, 4.0, 2.0, 2.5, 2.5, 2.5, 2.5}) {
    train::EpochRecord epoch;
    epoch.epoch = static_cast<int>(history.size()) + 1;
    epoch.validation_loss = loss;
    epoch.train_s = 0.75;
    epoch.validation_s = 0.25;
    history.push_back(epoch);
  }
  return history;
}

TEST(PatienceStudy, StopsWhereTheRuleWouldHave) {
  const auto results = replay_patience(ten_epochs(), {3, 4, 25});
  EXPECT_EQ(results[0].epochs, 5);
  EXPECT_EQ(results[0].best_epoch, 2) << "a tie is no improvement";
  EXPECT_TRUE(results[0].stopped);
  EXPECT_DOUBLE_EQ(results[0].saved_fraction, 0.5);
  EXPECT_EQ(results[1].epochs, 10);
  EXPECT_EQ(results[1].best_epoch, 6);
  EXPECT_TRUE(results[1].stopped);
  EXPECT_EQ(results[2].epochs, 10);
  EXPECT_FALSE(results[2].stopped);
  EXPECT_DOUBLE_EQ(results[2].saved_fraction, 0);
}

TEST(PatienceStudy, IsATable) {
  auto results = replay_patience(ten_epochs(), {3, 25});
  results[0].best_accuracy = 0.875;
  const std::string text = patience_text(results);
  EXPECT_THAT(text, HasSubstr("0.8750"));
  EXPECT_THAT(text, HasSubstr("10 (all)"));
  EXPECT_EQ(patience_json(results)[0]["epochs"], 5);
}

}  // namespace
}  // namespace sciwright::cloudmask
