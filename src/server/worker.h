#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace sciwright::server {

/// One thread for what takes long, one piece of work after another, so that connections never wait
/// for a disk.
class Worker final {
 public:
  /// So many may wait.
  explicit Worker(std::size_t max_waiting);
  /// Ends after the work that is being done; what waits is dropped.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// False when too much waits. From any thread. The work throws nothing.
  bool post(std::function<void()> work);

 private:
  void work();

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable is_news_;
  std::deque<std::function<void()>> waiting_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace sciwright::server
