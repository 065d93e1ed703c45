#include "train/training_monitor.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sciwright::train {
namespace {

TEST(TrainingMonitor, SavesEachLowestLoss) {
  TrainingMonitor monitor;
  EXPECT_EQ(monitor.advise(1.0), MonitorAdvice::kSave);
  EXPECT_EQ(monitor.advise(0.9), MonitorAdvice::kSave);
  EXPECT_EQ(monitor.advise(0.95), MonitorAdvice::kContinue);
}

TEST(TrainingMonitor, GoesBackAfterAJump) {
  TrainingMonitor monitor;
  monitor.advise(1.0);
  EXPECT_EQ(monitor.advise(1.3), MonitorAdvice::kRestore);
}

TEST(TrainingMonitor, GoesBackAfterARiseOfTwiceTheLastChange) {
  TrainingMonitor monitor;
  monitor.advise(1.0);
  monitor.advise(0.99);
  EXPECT_EQ(monitor.advise(1.02), MonitorAdvice::kRestore);
}

TEST(TrainingMonitor, GoesBackAfterTwoFailures) {
  TrainingMonitor monitor;
  monitor.advise(1.0);
  monitor.advise(0.9);
  EXPECT_EQ(monitor.advise(0.95), MonitorAdvice::kContinue);
  EXPECT_EQ(monitor.advise(0.96), MonitorAdvice::kRestore);
}

TEST(TrainingMonitor, GoesBackForNan) {
  TrainingMonitor monitor;
  monitor.advise(1.0);
  EXPECT_EQ(monitor.advise(std::nan("")), MonitorAdvice::kRestore);
}

}  // namespace
}  // namespace sciwright::train
