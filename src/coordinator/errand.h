#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <thread>

namespace sciwright::coordinator {

/// What takes long at a place (a connection, a copy, a scheduler that thinks), done aside, one at a
/// time. From `begin` until it is settled what it works on is its own; its owner, in whose thread
/// it is settled, touches it before and after only.
class Errand final {
 public:
  Errand();
  /// Waits for the end of what was begun.
  ~Errand();
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  /// Does `work` in a thread of its own. Only when none is open.
  void begin(std::function<void()> work, std::function<void()> done);
  /// Whether one was begun and is not settled.
  bool is_open() const { return thread_.joinable(); }
  /// When the work is over: throws what it threw, else calls `done`, which may begin the next one.
  void settle();
  /// Readable when there is something to settle.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::atomic<bool> is_over_ = false;
  std::exception_ptr thrown_;
  std::function<void()> done_;
  std::thread thread_;
};

}  // namespace sciwright::coordinator
