#pragma once

#include <string>
#include <vector>

namespace sciwright::campaign {

/// "a, b, c", or of more than ten "a, …, j and 90 more".
std::string name_list(const std::vector<std::string>& names);

}  // namespace sciwright::campaign
