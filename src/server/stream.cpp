#include "server/stream.h"

#include <utility>

namespace sciwright::server {

void Stream::send(std::shared_ptr<const std::string> text) {
  if (!is_open_ || is_finished_) return;
  waiting_bytes_ += text->size();
  waiting_.push_back(std::move(text));
  if (wake_) wake_();
}

void Stream::finish() {
  is_finished_ = true;
  if (is_open_ && wake_) wake_();
}

std::string Stream::take(std::size_t max_bytes) {
  std::string out;
  while (!waiting_.empty() && (out.empty() || out.size() + waiting_.front()->size() <= max_bytes)) {
    out += *waiting_.front();
    waiting_.pop_front();
  }
  waiting_bytes_ -= out.size();
  return out;
}

void Stream::drained() {
  if (is_open_ && on_drained_) on_drained_();
}

void Stream::close() {
  is_open_ = false;
  waiting_.clear();
  waiting_bytes_ = 0;
  // What the owner captured may hold this stream.
  on_drained_ = nullptr;
  wake_ = nullptr;
}

}  // namespace sciwright::server
