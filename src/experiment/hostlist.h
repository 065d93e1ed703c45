#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sciwright::experiment {

/// What a text with lists and ranges stands for, or why it stands for nothing.
struct Expansion {
  std::vector<std::string> items;
  std::string problem;  ///< Empty if the text is good; else "[3-1]: the start is after the end".
};

/// Expands the hostlist notation of clusters: commas separate, brackets hold numbers and ranges,
/// "a100-[40,80]GB,x[01-03]". Order is kept, repeated items and blanks around items are dropped,
/// leading zeros are kept; "[0-10:2]" has a step. A prefix "local:" that only the first item has
/// counts for all. At most 100,000 items.
Expansion expand_hostlist(std::string_view text);

}  // namespace sciwright::experiment
