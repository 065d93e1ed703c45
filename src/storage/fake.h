#pragma once

#include <cstdint>

#include "base/clock.h"

namespace sciwright::storage {

/// A clock that goes on by a millisecond with every look. `now_ns` must outlive it.
inline Clock ticking_clock(std::int64_t* now_ns) {
  const auto look = [now_ns] { return *now_ns += 1'000'000; };
  return {look, look};
}

}  // namespace sciwright::storage
