#include "base/progress_bar.h"

#include <gtest/gtest.h>

namespace sciwright {
namespace {

TEST(ProgressBar, ShowsShareRateAndTimeLeft) {
  EXPECT_EQ(progress_line("epoch 1/2", 50, 100, 2.0, "loss 0.12"),
            "epoch 1/2  [============            ]  50 %  loss 0.12  25/s  2.00 s left");
}

TEST(ProgressBar, IsSilentWhereThereIsNoTerminal) {
  std::string written;
  ProgressBar bar(
      false, [&](const std::string& text) { written += text; }, system_clock());
  bar.start("x", 10);
  bar.update(5);
  bar.finish();
  EXPECT_EQ(written, "");
}

TEST(ProgressBar, RedrawsAtMostTenTimesASecond) {
  int redraws = 0;
  std::int64_t now_ns = 0;
  ProgressBar bar(
      true, [&](const std::string&) { ++redraws; }, fake_clock(&now_ns, 0));
  bar.start("x", 1'000'000);
  for (int i = 0; i < 1000; ++i) {
    now_ns += 1'000'000;
    bar.update(i);
  }
  EXPECT_EQ(redraws, 10);
}

}  // namespace
}  // namespace sciwright
