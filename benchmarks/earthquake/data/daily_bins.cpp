#include "earthquake/data/daily_bins.h"

#include <algorithm>
#include <cmath>

#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

std::int64_t day_of(const Event& event) {
  const std::int64_t ms = event.time_ms - kDayZeroSince1970 * kDayMs;
  return ms >= 0 ? ms / kDayMs : -1;
}

/// Collects one day at a time: `slot_of_loc` tells where a pixel's bin of the day stands.
class DayCollector final {
 public:
  explicit DayCollector(std::vector<DailyBin>& bins) : bins_(bins), slot_of_loc_(kGridPixels, 0) {}

  void add(int day, int loc, const Event& event) {
    if (day != day_) start(day);
    std::size_t& slot = slot_of_loc_[static_cast<std::size_t>(loc)];
    if (slot < first_ || slot >= bins_.size() || bins_[slot].loc != loc) {
      slot = bins_.size();
      bins_.push_back({.day = day, .loc = loc});
    }
    DailyBin& bin = bins_[slot];
    const double energy = energy_of_magnitude(event.magnitude);
    bin.energy += energy;
    bin.energy_depth_km += energy * event.depth_km;
    ++bin.num_events;
    if (event.magnitude >= kLargeMagnitude) ++bin.num_large;
  }

  void finish() {
    std::sort(bins_.begin() + static_cast<std::ptrdiff_t>(first_), bins_.end(),
              [](const DailyBin& a, const DailyBin& b) { return a.loc < b.loc; });
  }

 private:
  void start(int day) {
    finish();
    first_ = bins_.size();
    day_ = day;
  }

  std::vector<DailyBin>& bins_;
  std::vector<std::size_t> slot_of_loc_;
  std::size_t first_ = 0;
  int day_ = -1;
};

}  // namespace

double energy_of_magnitude(double magnitude) { return std::pow(10.0, 1.5 * magnitude); }

double magnitude_of_energy(double energy) { return std::log10(energy) / 1.5; }

DailyBins bin_by_day(const std::vector<Event>& events) {
  DailyBins result;
  DayCollector collector(result.bins);
  for (const Event& event : events) {
    const std::int64_t day = day_of(event);
    const std::optional<int> loc = pixel_of(event.latitude_deg, event.longitude_deg);
    if (day < 0 || !loc) continue;
    collector.add(static_cast<int>(day), *loc, event);
    result.num_days = static_cast<int>(day) + 1;
  }
  collector.finish();
  return result;
}

}  // namespace sciwright::earthquake
