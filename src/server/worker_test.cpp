#include "server/worker.h"

#include <future>

#include <gtest/gtest.h>

namespace sciwright::server {
namespace {

TEST(Worker, ALaneThatIsHeldUpHoldsNoOtherUp) {
  std::promise<void> go;
  const auto may_go = go.get_future().share();
  std::promise<void> other;
  Worker worker({.num_threads = 2});
  worker.post("a", [may_go] { may_go.wait(); });
  worker.post("a", [] {});  // must not take the second thread
  worker.post("b", [&] { other.set_value(); });
  other.get_future().wait();
  go.set_value();
}

TEST(Worker, WorkOfALaneIsDoneInItsOrder) {
  std::string order;
  std::promise<void> end;
  Worker worker({.num_threads = 4});
  for (const char letter : std::string("abcdef")) {
    worker.post("a", [&order, letter] { order += letter; });
  }
  worker.post("a", [&] { end.set_value(); });
  end.get_future().wait();
  EXPECT_EQ(order, "abcdef");
}

TEST(Worker, ALaneTakesNotAllOfTheRoom) {
  std::promise<void> go;
  const auto may_go = go.get_future().share();
  std::promise<void> begun;
  Worker worker({.num_threads = 1, .max_waiting = 4, .max_waiting_lane = 2});
  worker.post("a", [&begun, may_go] {
    begun.set_value();
    may_go.wait();
  });
  begun.get_future().wait();
  EXPECT_TRUE(worker.post("a", [] {}));
  EXPECT_TRUE(worker.post("a", [] {}));
  EXPECT_FALSE(worker.post("a", [] {}));
  EXPECT_TRUE(worker.post("b", [] {}));
  EXPECT_TRUE(worker.post("c", [] {}));
  EXPECT_FALSE(worker.post("d", [] {}));
  go.set_value();
}

}  // namespace
}  // namespace sciwright::server
