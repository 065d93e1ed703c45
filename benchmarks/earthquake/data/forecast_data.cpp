#include "earthquake/data/forecast_data.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "earthquake/data/loaded_catalogue.h"

namespace sciwright::earthquake {
namespace {

std::string start_date(int fortnight) { return iso_date(fortnight_start(fortnight)); }

/// The number of fortnights known before the first day of the forecast, of `num` complete ones.
int num_known(const std::string& from, int num, std::int64_t first_event_day) {
  if (from.empty()) return num;
  const std::int64_t day = parse_iso_date(from);
  const int known = fortnights_before(day);
  if (known > num) {
    throw usage_error(fmt::format(
        "--from {}: the catalogue's last complete fortnight ends on {}; the forecast can begin on "
        "{} at the latest",
        from, iso_date(fortnight_start(num) - 1), start_date(num)));
  }
  if (fortnight_start(known) <= first_event_day) {
    throw usage_error(
        fmt::format("--from {}: nothing is known before; the catalogue's first event "
                    "is of {}",
                    from, iso_date(first_event_day)));
  }
  return known;
}

/// Throws where the first sequence reads more than is known.
void require_inputs(const std::string& from, int known, int encoder_steps) {
  const SequenceAxis axis{.num_fortnights = known + 1, .encoder_steps = encoder_steps};
  if (axis.num_sequences() > 0) return;
  const int needed = axis.last_input(0) + 1;
  throw usage_error(fmt::format(
      "{}: {} fortnights since {} are known, the model reads {} and a year before them; the "
      "earliest forecast begins on {}",
      from.empty() ? "the catalogue" : "--from " + from, known, start_date(0), encoder_steps,
      start_date(needed)));
}

}  // namespace

ForecastData load_forecast_data(const Settings& s, const TrainingFacts& facts,
                                const std::string& from, int num_threads,
                                const std::function<void(const std::string&)>& say) {
  LoadedCatalogue loaded = load_catalogue(s, say);
  const DailyBins& days = loaded.binned.days;
  ForecastData out;
  out.newest = fortnights_of(days);
  const int known = num_known(from, out.newest.num(), kDayZeroSince1970 + days.bins.front().day);
  require_inputs(from, known, s.features.encoder_steps);
  if (!from.empty() && start_date(known) != from) {
    out.note = fmt::format("{} lies inside a fortnight: the forecast begins on {}\n", from,
                           start_date(known));
  }
  Dataset& d = out.dataset;
  d.from_cache = loaded.from_cache;
  d.fortnights = fortnights_of(days, kFirstFortnightDay + known * kDaysPerFortnight);
  d.facts = std::move(loaded.binned.facts);
  d.protocol =
      make_protocol(parse_protocol(s.protocol), facts.num_fortnights, s.features.encoder_steps);
  d.protocol.axis.num_fortnights = known + 1;
  d.split = facts.split;
  d.faults = facts.faults;
  d.scales = facts.scales;
  d.means = facts.means;
  d.num_time_points = num_time_points(facts.num_fortnights);
  d.history = pixel_history(d.fortnights, d.split.locs, ahead_parameters(), num_threads);
  return out;
}

}  // namespace sciwright::earthquake
