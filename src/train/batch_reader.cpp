#include "train/batch_reader.h"

#include <algorithm>

namespace sciwright::train {

BatchReader::BatchReader(const BatchSource& source, BatchPlan plan)
    : source_(source),
      plan_(std::move(plan)),
      num_batches_((std::ssize(plan_.order) + plan_.batch_size - 1) / plan_.batch_size),
      next_(plan_.first_batch) {
  if (plan_.num_ahead > 0 && next_ < num_batches_) thread_ = std::thread([this] { read_ahead(); });
}

BatchReader::~BatchReader() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::optional<Batch> BatchReader::next() {
  if (next_ >= num_batches_) return std::nullopt;
  const std::int64_t index = next_;
  next_ += plan_.batch_step;
  if (!thread_.joinable()) return read(index);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || error_; });
  if (ready_.empty()) std::rethrow_exception(error_);
  Batch batch = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return batch;
}

Batch BatchReader::read(std::int64_t batch_index) const {
  const std::int64_t start = batch_index * plan_.batch_size;
  const std::int64_t count = std::min(plan_.batch_size, std::ssize(plan_.order) - start);
  const auto& [part, num_parts] = plan_.part;
  const std::int64_t begin = count * part / num_parts;
  const std::int64_t end = count * (part + 1) / num_parts;
  if (begin == end) return {};
  return source_.batch(
      std::span(plan_.order)
          .subspan(static_cast<std::size_t>(start + begin), static_cast<std::size_t>(end - begin)));
}

void BatchReader::read_ahead() {
  try {
    for (std::int64_t index = plan_.first_batch; index < num_batches_; index += plan_.batch_step) {
      Batch batch = read(index);
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return is_ending_ || std::ssize(ready_) < plan_.num_ahead; });
      if (is_ending_) return;
      ready_.push_back(std::move(batch));
      changed_.notify_all();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    error_ = std::current_exception();
    changed_.notify_all();
  }
}

}  // namespace sciwright::train
