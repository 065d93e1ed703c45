#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace sciwright::server {

/// What a client of an endless answer has still to get. It belongs to the thread of the
/// connections. Whoever fills it looks at `waiting_bytes` first and goes on when `on_drained` says
/// so: a client that reads slowly then holds no memory, and one that does not read at all is cut
/// off by the connection.
class Stream final {
 public:
  /// Adds a text that is not empty. Nothing happens once the stream is closed.
  void send(std::shared_ptr<const std::string> text);

  std::size_t waiting_bytes() const { return waiting_bytes_; }
  /// False once the client has gone or was cut off.
  bool is_open() const { return is_open_; }
  /// Ends the answer when all that waits is sent.
  void finish();
  /// Called whenever everything is sent.
  void set_on_drained(std::function<void()> on_drained) { on_drained_ = std::move(on_drained); }

  // Of the connection only.
  /// Texts that wait, together, at least one and up to about `max_bytes`; empty when none does.
  std::string take(std::size_t max_bytes);
  bool is_finished() const { return is_finished_; }
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }
  void drained();
  /// The client is gone.
  void close();

 private:
  std::deque<std::shared_ptr<const std::string>> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool is_open_ = true;
  bool is_finished_ = false;
  std::function<void()> on_drained_;
  std::function<void()> wake_;
};

}  // namespace sciwright::server
