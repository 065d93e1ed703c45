#include "coordinator/errand.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <sys/eventfd.h>

#include "base/error.h"

namespace sciwright::coordinator {

Errand::Errand() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ >= 0) return;
  throw Error(ErrorKind::kFailure, fmt::format("cannot make an eventfd: {}", std::strerror(errno)));
}

Errand::~Errand() {
  if (thread_.joinable()) thread_.join();
  ::close(descriptor_);
}

void Errand::begin(std::function<void()> work, std::function<void()> done) {
  done_ = std::move(done);
  thrown_ = nullptr;
  is_over_ = false;
  thread_ = std::thread([this, work = std::move(work)] {
    try {
      work();
    } catch (...) {  // goes on in the owner's thread
      thrown_ = std::current_exception();
    }
    is_over_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(descriptor_, &one, sizeof one);
  });
}

void Errand::settle() {
  if (!is_over_ || !is_open()) return;
  thread_.join();
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t ignored = ::read(descriptor_, &count, sizeof count);
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  std::exchange(done_, {})();
}

}  // namespace sciwright::coordinator
