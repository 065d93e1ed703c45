#pragma once

#include <string>
#include <vector>

namespace sciwright {

/// Starts this program so many times on this machine with the same arguments, as ranks that train
/// together, and waits. When one fails the others, which cannot go on, get a while to save and are
/// ended. Stop signals go on to all. Returns rank 0's exit code, or that of the one that failed
/// first.
int run_local_ranks(int count, const std::vector<std::string>& arguments);

}  // namespace sciwright
