#include "report/names.h"

namespace sciwright::report {

Name Names::add(std::string_view text) {
  if (const auto found = numbers_.find(text); found != numbers_.end()) return found->second;
  const Name name = static_cast<Name>(texts_.size());
  texts_.emplace_back(text);
  numbers_.emplace(texts_.back(), name);
  return name;
}

std::optional<Name> Names::find(std::string_view text) const {
  const auto found = numbers_.find(text);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sciwright::report
