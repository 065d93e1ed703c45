#include "energy/problem_tally.h"

#include <fmt/format.h>

namespace sciwright::energy {

void ProblemTally::note(const std::string& kind, const std::string& text) {
  const auto [known, is_new] = index_of_.try_emplace(kind, entries_.size());
  if (is_new) entries_.push_back({text});
  ++entries_[known->second].count;
}

void ProblemTally::add_to(Problems& problems) const {
  for (const Entry& entry : entries_) {
    problems.push_back(entry.count == 1
                           ? entry.text
                           : fmt::format("{} ({} times in all)", entry.text, entry.count));
  }
}

}  // namespace sciwright::energy
