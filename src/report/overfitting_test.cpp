#include "report/overfitting.h"

#include <gtest/gtest.h>

namespace sciwright::report {
namespace {

History history(std::vector<double> train, std::vector<double> validation) {
  History out;
  out.add("train_s", std::vector<double>(train.size(), 2.0));
  out.add("train_loss", std::move(train));
  out.add("validation_loss", std::move(validation));
  return out;
}

TEST(Overfitting, FindsTheBestEpochTheCrossingAndWhatStoppingSaves) {
  const auto fit = overfitting_of(history({9, 7, 5, 3, 2, 1, 1}, {8, 6, 4, 5, 6, 7, 8}), 2);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->num_epochs, 7);
  EXPECT_EQ(fit->best_epoch, 3);
  EXPECT_EQ(fit->best_validation_loss, 4);
  EXPECT_EQ(fit->last_validation_loss, 8);
  EXPECT_EQ(fit->crossing_epoch, 4);
  EXPECT_EQ(fit->stop_epoch, 5);
  EXPECT_EQ(fit->saved_s, 4.0);
}

TEST(Overfitting, StoppingTooEarlyCostsLoss) {
  const auto fit = overfitting_of(history({9, 9, 9, 9, 9}, {5, 6, 7, 3, 2}), 2);
  EXPECT_EQ(fit->stop_epoch, 3);
  EXPECT_EQ(fit->loss_at_stop, 5);
  EXPECT_EQ(fit->best_validation_loss, 2);
  EXPECT_FALSE(fit->crossing_epoch);
}

TEST(Overfitting, SaysNothingWithoutValidation) {
  History only;
  only.add("train_loss", {1, 2});
  EXPECT_FALSE(overfitting_of(only, 3));
}

}  // namespace
}  // namespace sciwright::report
