#pragma once

#include <cstddef>
#include <functional>

namespace sciwright {

/// Calls `body(begin, end)` for contiguous blocks of [0, count) on up to `num_threads` threads, the
/// caller's among them, and returns when all are done. The blocks depend on `count` and
/// `num_threads` only, so work that writes to its own indices is deterministic. The first exception
/// of a block is thrown again here.
void parallel_for(std::size_t count, int num_threads,
                  const std::function<void(std::size_t begin, std::size_t end)>& body);

}  // namespace sciwright
