#include "cloudmask/data/split.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/random.h"
#include "cloudmask/data/scene_name.h"

namespace sciwright::cloudmask {

std::vector<std::size_t> legacy_permutation(std::size_t count, std::uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t last = count; last-- > 1;) {
    const auto mask = std::bit_ceil(static_cast<std::uint32_t>(last) + 1) - 1;
    std::uint32_t draw = 0;
    do {
      draw = static_cast<std::uint32_t>(generator()) & mask;
    } while (draw > last);
    std::swap(order[last], order[draw]);
  }
  return order;
}

SceneSplit reference_split(std::size_t count, double train_fraction, std::uint32_t seed) {
  const auto num_training =
      static_cast<std::size_t>(std::floor(train_fraction * static_cast<double>(count)));
  if (num_training < 1 || num_training >= count) {
    throw usage_error(
        fmt::format("split: {} scenes with a training fraction of {} leave {} to train on and {} "
                    "to validate; expected at least one each",
                    count, train_fraction, num_training, count - std::min(num_training, count)));
  }
  const std::vector<std::size_t> order = legacy_permutation(count, seed);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(count - num_training);
  return {{middle, order.end()}, {order.begin(), middle}};
}

SceneSplit grouped_split(const std::vector<std::string>& groups, double train_fraction,
                         std::uint64_t seed) {
  std::map<std::string, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < groups.size(); ++i) members[groups[i]].push_back(i);
  if (members.size() < 2) {
    throw usage_error(fmt::format(
        "split: {} scenes of {} group(s) cannot be split into groups that train and groups that "
        "validate; expected at least two groups",
        groups.size(), members.size()));
  }
  std::vector<const std::vector<std::size_t>*> list;
  for (const auto& [name, scenes] : members) list.push_back(&scenes);

  const double wanted = (1 - train_fraction) * static_cast<double>(groups.size());
  SceneSplit split;
  std::size_t groups_left = list.size();
  for (const std::uint32_t index :
       random_permutation(static_cast<std::uint32_t>(list.size()), seed)) {
    const std::vector<std::size_t>& scenes = *list[index];
    const auto middle =
        static_cast<double>(split.validation.size()) + static_cast<double>(scenes.size()) / 2;
    --groups_left;
    const bool must_train = groups_left == 0 && split.training.empty();
    const bool must_validate = groups_left == 0 && split.validation.empty();
    const bool validates = !must_train && (must_validate || middle <= wanted);
    std::vector<std::size_t>& part = validates ? split.validation : split.training;
    part.insert(part.end(), scenes.begin(), scenes.end());
  }
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

std::vector<std::string> scene_groups(const std::vector<std::string>& names, bool by_day) {
  constexpr std::int64_t kSecondsPerDay = 86'400;
  std::vector<std::string> groups;
  for (const std::string& text : names) {
    const auto name = parse_scene_name(text);
    if (!name) {
      groups.push_back(text);
    } else if (by_day) {
      groups.push_back(iso_date(name->start_s / kSecondsPerDay));
    } else {
      groups.push_back(
          fmt::format("{} cycle {} orbit {}", name->mission, name->cycle, name->relative_orbit));
    }
  }
  return groups;
}

}  // namespace sciwright::cloudmask
