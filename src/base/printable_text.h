#pragma once

#include <string>
#include <string_view>

namespace sciwright {

/// The text with bytes that are no UTF-8 as U+FFFD, as JSON needs it.
std::string valid_utf8(std::string_view text);

/// The same with control characters as blanks, as XML, cairo and terminals need it.
std::string printable_text(std::string_view text);

}  // namespace sciwright
