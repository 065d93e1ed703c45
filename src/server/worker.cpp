#include "server/worker.h"

#include <algorithm>
#include <utility>

namespace sciwright::server {

Worker::Worker(const Limits& limits) : limits_(limits) {
  for (std::size_t i = 0; i < limits.num_threads; ++i) threads_.emplace_back([this] { work(); });
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  is_news_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Worker::post(const std::string& lane, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    const auto in_lane = std::ranges::count(waiting_, lane, &Piece::lane);
    if (waiting_.size() >= limits_.max_waiting) return false;
    if (static_cast<std::size_t>(in_lane) >= limits_.max_waiting_lane) return false;
    waiting_.push_back({lane, std::move(work)});
  }
  is_news_.notify_one();
  return true;
}

Worker::Waiting::iterator Worker::next() {
  return std::ranges::find_if(waiting_,
                              [this](const Piece& piece) { return !busy_.contains(piece.lane); });
}

void Worker::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    is_news_.wait(lock, [this] { return is_over_ || next() != waiting_.end(); });
    if (is_over_) return;
    const auto chosen = next();
    const Piece piece = std::move(*chosen);
    waiting_.erase(chosen);
    busy_.insert(piece.lane);
    lock.unlock();
    piece.work();
    lock.lock();
    busy_.erase(piece.lane);
    // What waited for this lane may have been passed over by all the others.
    is_news_.notify_one();
  }
}

}  // namespace sciwright::server
