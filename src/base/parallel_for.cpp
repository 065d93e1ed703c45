#include "base/parallel_for.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

namespace sciwright {

void parallel_for(std::size_t count, int num_threads,
                  const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t blocks =
      std::max<std::size_t>(1, std::min(count, static_cast<std::size_t>(std::max(1, num_threads))));
  std::vector<std::exception_ptr> errors(blocks);
  const auto run_block = [&](std::size_t block) {
    try {
      body(count * block / blocks, count * (block + 1) / blocks);
    } catch (...) {
      errors[block] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t block = 1; block < blocks; ++block) threads.emplace_back(run_block, block);
    run_block(0);
  }
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace sciwright
