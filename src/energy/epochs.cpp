#include "energy/epochs.h"

#include <algorithm>

#include "energy/accounting.h"

namespace sciwright::energy {
namespace {

std::int64_t number_of(const record::Interval& interval, std::int64_t otherwise) {
  if (!interval.values.is_object()) return otherwise;
  const auto it = interval.values.find("epoch_num");
  return it != interval.values.end() && it->is_number_integer() ? it->get<std::int64_t>()
                                                                : otherwise;
}

}  // namespace

std::vector<Epoch> epochs_of(const std::vector<record::Interval>& intervals,
                             const std::string& name) {
  std::vector<Epoch> epochs;
  for (const record::Interval& interval : intervals) {
    if (interval.name != name || interval.kind != record::IntervalKind::kInterval) continue;
    const std::int64_t number = number_of(interval, std::ssize(epochs) + 1);
    auto epoch = std::find_if(epochs.begin(), epochs.end(),
                              [&](const Epoch& known) { return known.number == number; });
    if (epoch == epochs.end()) epoch = epochs.insert(epochs.end(), Epoch{number, {}, true});
    const std::vector<Window> windows = windows_of({interval}, name);
    epoch->windows.insert(epoch->windows.end(), windows.begin(), windows.end());
    if (windows.empty() || interval.status == record::kKilled) epoch->is_whole = false;
  }
  std::erase_if(epochs, [](const Epoch& epoch) { return epoch.windows.empty(); });
  return epochs;
}

}  // namespace sciwright::energy
