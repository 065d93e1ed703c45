#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace sciwright::server {

/// A few threads for what takes long, so that connections never wait for a disk, nor one workflow
/// for another. Work has a lane: of one lane one piece after another is done, in the order given;
/// lanes go on beside each other.
class Worker final {
 public:
  struct Limits {
    std::size_t num_threads = 8;
    std::size_t max_waiting = 256;      ///< Of all lanes.
    std::size_t max_waiting_lane = 64;  ///< Of one.
  };

  explicit Worker(const Limits& limits);
  /// Ends after the work that is being done; what waits is dropped.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// False when too much waits. From any thread. The work throws nothing.
  bool post(const std::string& lane, std::function<void()> work);

 private:
  struct Piece {
    std::string lane;
    std::function<void()> work;
  };
  using Waiting = std::deque<Piece>;

  void work();
  /// The oldest piece whose lane is free; the end where there is none.
  Waiting::iterator next();

  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable is_news_;
  Waiting waiting_;
  std::set<std::string> busy_;  ///< Lanes in which something is being done.
  bool is_over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sciwright::server
