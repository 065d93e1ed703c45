#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sciwright::energy {

/// The numbers of "0,2", "[0-3]", "0,[2-3]" or the kernel's "0-3,8", without repeats, in the order
/// given; blanks between them change nothing. Nothing for any other text, an empty one, or more
/// than 4096 numbers.
std::optional<std::vector<int>> parse_index_list(const std::string& text);

}  // namespace sciwright::energy
