#pragma once

#include <string_view>

namespace sciwright {

/// The text without blanks, tabs and line ends around it.
std::string_view trimmed(std::string_view text);

}  // namespace sciwright
