#include "bench/stop_signal.h"

#include <csignal>

#include <gtest/gtest.h>

namespace sciwright::bench {
namespace {

TEST(StopSignal, AsksForNothingAtFirst) { EXPECT_EQ(StopSignal().requested(), std::nullopt); }

TEST(StopSignal, TellsATimeLimitFromAnInterrupt) {
  {
    const StopSignal stop;
    std::raise(SIGUSR1);
    EXPECT_EQ(stop.requested(), ErrorKind::kTimeLimit);
  }
  {
    const StopSignal stop;
    std::raise(SIGTERM);
    EXPECT_EQ(stop.requested(), ErrorKind::kTimeLimit);
  }
  const StopSignal stop;
  std::raise(SIGINT);
  EXPECT_EQ(stop.requested(), ErrorKind::kInterrupted);
  EXPECT_TRUE(stop.was_sent());
}

}  // namespace
}  // namespace sciwright::bench
