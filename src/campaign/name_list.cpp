#include "campaign/name_list.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sciwright::campaign {
namespace {

constexpr std::size_t kNumNamed = 10;

}  // namespace

std::string name_list(const std::vector<std::string>& names) {
  const auto shown = std::span(names).first(std::min(names.size(), kNumNamed));
  std::string text = fmt::format("{}", fmt::join(shown, ", "));
  if (names.size() > kNumNamed) text += fmt::format(" and {} more", names.size() - kNumNamed);
  return text;
}

}  // namespace sciwright::campaign
