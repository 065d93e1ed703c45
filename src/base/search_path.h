#pragma once

#include <string>

namespace sciwright {

/// Whether there is a program of that name in a folder of PATH.
bool is_on_path(const std::string& program);

}  // namespace sciwright
