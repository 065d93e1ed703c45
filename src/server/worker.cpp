#include "server/worker.h"

#include <utility>

namespace sciwright::server {

Worker::Worker(std::size_t max_waiting) : max_waiting_(max_waiting), thread_([this] { work(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  is_news_.notify_all();
  thread_.join();
}

bool Worker::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= max_waiting_) return false;
    waiting_.push_back(std::move(work));
  }
  is_news_.notify_one();
  return true;
}

void Worker::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    is_news_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
    if (is_over_) return;
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next();
  }
}

}  // namespace sciwright::server
