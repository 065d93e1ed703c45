#include "coordinator/errand.h"

#include <latch>
#include <poll.h>
#include <stdexcept>

#include <gtest/gtest.h>

namespace sciwright::coordinator {
namespace {

void wait_for(const Errand& errand) {
  pollfd change = {errand.descriptor(), POLLIN, 0};
  ::poll(&change, 1, 10'000);
}

TEST(Errand, IsDoneAsideAndSettledHere) {
  Errand errand;
  std::latch gate(1);
  std::thread::id worker, settler;
  errand.begin(
      [&] {
        gate.wait();
        worker = std::this_thread::get_id();
      },
      [&] { settler = std::this_thread::get_id(); });
  errand.settle();  // nothing yet
  EXPECT_TRUE(errand.is_open());
  gate.count_down();
  wait_for(errand);
  errand.settle();
  EXPECT_FALSE(errand.is_open());
  EXPECT_EQ(settler, std::this_thread::get_id());
  EXPECT_NE(worker, settler);
}

TEST(Errand, WhatItThrowsIsThrownHere) {
  Errand errand;
  errand.begin([] { throw std::runtime_error("no way"); }, [] { FAIL(); });
  wait_for(errand);
  EXPECT_THROW(errand.settle(), std::runtime_error);
  EXPECT_FALSE(errand.is_open());
}

TEST(Errand, OneMayBeginTheNext) {
  Errand errand;
  int num_done = 0;
  errand.begin([] {}, [&] { errand.begin([] {}, [&] { ++num_done; }); });
  for (int i = 0; i < 2; ++i) {
    wait_for(errand);
    errand.settle();
  }
  EXPECT_EQ(num_done, 1);
}

TEST(Errand, ItsEndIsWaitedFor) {
  bool is_done = false;
  {
    Errand errand;
    errand.begin([&] { is_done = true; }, [] {});
  }
  EXPECT_TRUE(is_done);
}

}  // namespace
}  // namespace sciwright::coordinator
