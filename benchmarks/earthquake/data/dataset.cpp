#include "earthquake/data/dataset.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.h"
#include "base/text_table.h"
#include "earthquake/data/fault_map.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/loaded_catalogue.h"

namespace sciwright::earthquake {
namespace {

/// Pixels of a simulated catalogue that are used where the settings do not say: enough to see every
/// part of a run at work in a minute or two.
constexpr int kSimulatedPixels = 60;

int max_pixels_of(const Settings& s) {
  if (s.data.max_pixels >= 0) return s.data.max_pixels;
  return s.data.catalog.empty() ? kSimulatedPixels : 0;
}

/// Every n-th pixel, so that about `max_pixels` stay.
PixelSplit thinned(const PixelSplit& split, int max_pixels) {
  const auto count = split.locs.size();
  const auto wanted = static_cast<std::size_t>(max_pixels);
  if (max_pixels == 0 || wanted >= count) return split;
  PixelSplit out;
  for (std::size_t i = 0; i < wanted; ++i) {
    out.locs.push_back(split.locs[i * count / wanted]);
    out.is_validation.push_back(split.is_validation[i * count / wanted]);
  }
  return out;
}

PixelSplit choose_split(const Settings& s, const Dataset& d) {
  const bool use_reference = d.pixels_from_reference;
  PixelSplit split = use_reference ? reference_split(s.data.reference)
                                   : random_split(d.active.locs, derive_seed(s.run.seed, "split"));
  if (!d.protocol.splits_pixels) split = unsplit(split.locs);
  return thinned(split, max_pixels_of(s));
}

/// Event counts of the fortnights a fit may know.
PixelSeries<std::int32_t> known_counts(const Dataset& d) {
  PixelSeries<std::int32_t> out(kGridPixels, d.protocol.normalisation_end);
  for (int loc = 0; loc < kGridPixels; ++loc) {
    std::ranges::copy(d.fortnights.num_events.row(loc).first(out.row(loc).size()),
                      out.row(loc).begin());
  }
  return out;
}

void load_faults(const Settings& s, Dataset& d) {
  FaultMap map = !s.data.reference.empty() ? read_fault_labels(s.data.reference)
                 : !s.data.faults.empty()
                     ? read_fault_map(s.data.faults)
                     : cluster_fault_map(known_counts(d), derive_seed(s.run.seed, "faults"));
  d.faults = std::move(map.labels);
  d.fault_source = std::move(map.source);
}

}  // namespace

BaselineTask Dataset::baseline_task(int num_threads) const {
  return {history, protocol, {}, num_threads};
}

FeatureSource Dataset::feature_source(int num_threads) const {
  return {fortnights, faults, split.locs, scales, num_time_points, num_threads};
}

Dataset load_dataset(const Settings& s, int num_threads,
                     const std::function<void(const std::string&)>& say) {
  LoadedCatalogue loaded = load_catalogue(s, say);
  const ProtocolKind kind = parse_protocol(s.protocol);
  Dataset d;
  d.from_cache = loaded.from_cache;
  const auto end_day = protocol_end_day(kind);
  d.fortnights =
      end_day ? fortnights_of(loaded.binned.days, *end_day) : fortnights_of(loaded.binned.days);
  d.protocol = make_protocol(kind, d.fortnights.num(), s.features.encoder_steps);
  d.top_earthquakes = s.data.top_earthquakes.empty()
                          ? top_earthquakes_of(loaded.binned.facts.events)
                          : read_top_earthquakes(s.data.top_earthquakes);
  d.facts = std::move(loaded.binned.facts);
  d.facts.events.clear();
  d.active = choose_active_pixels(d.fortnights.num_large, d.protocol.pixel_choice_end);
  // The reference's list was counted up to 2019; a protocol that must not look ahead chooses its
  // own.
  d.pixels_from_reference = !s.data.reference.empty() && kind != ProtocolKind::kHonest;
  d.split = choose_split(s, d);
  load_faults(s, d);
  d.scales = quantity_statistics(d.fortnights, d.faults, d.protocol.normalisation_end, num_threads);
  d.history = pixel_history(d.fortnights, d.split.locs, ahead_parameters(), num_threads);
  d.means = target_window_means(d.history, d.protocol.fit.end);
  d.num_time_points = num_time_points(d.fortnights.num());
  return d;
}

std::string describe(const Dataset& d) {
  const Catalogue& c = d.facts;
  std::string out = fmt::format(
      "catalogue   {}{}: {} rows, {} earthquakes used, {} quarry blasts, {} other kinds and {} "
      "outside the box left out, {} bad lines\n",
      c.source, d.from_cache ? " (binned before)" : "", c.num_rows,
      c.num_rows - c.num_quarry_blasts - c.num_other_kinds - c.num_outside_box -
          static_cast<std::int64_t>(c.bad_lines.size()),
      c.num_quarry_blasts, c.num_other_kinds, c.num_outside_box, c.bad_lines.size());
  out += fmt::format(
      "pixels      {} active by the rule ({} by own events, {} by neighbours); used: {} ({}), {} "
      "for "
      "validation\n",
      d.active.locs.size(), d.active.num_by_own, d.active.num_by_block, d.split.locs.size(),
      d.pixels_from_reference ? "the reference's list" : "the rule's", d.split.num_validation());
  out += fmt::format("faults      {}\n", d.fault_source);
  out += fmt::format("protocol    {}: {} fortnights, {} sequences\n", d.protocol.name(),
                     d.fortnights.num(), d.protocol.axis.num_sequences());
  return out;
}

std::string statistics_text(const Dataset& d, int num_threads) {
  const auto statistics =
      quantity_statistics(d.fortnights, d.faults, d.fortnights.num(), num_threads);
  TextTable table;
  table.column("quantity", TextTable::Align::kLeft);
  for (const char* name : {"min", "max", "norm", "mean", "std", "norm mean", "norm std"}) {
    table.column(name);
  }
  const std::vector<Quantity>& quantities = reference_quantities();
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    const QuantityStatistics& q = statistics[i];
    std::vector<std::string> cells = {quantities[i].name};
    for (const double value : {q.min, q.max, q.norm(), q.mean, q.standard_deviation,
                               q.normalised_mean(), q.normalised_standard_deviation()}) {
      cells.push_back(fmt::format("{:.3f}", value));
    }
    table.row(std::move(cells));
  }
  const SumMaxima maxima = sum_maxima(d.fortnights, kDroppedFortnights, d.fortnights.num());
  return table.text() + fmt::format(
                            "\nLargest fortnight, summed over all pixels: m >= 3.29 events {:.0f}, "
                            "magnitude {:.2f}, "
                            "E^0.25 {:.2f}, E^0.5 {:.2f}\n",
                            maxima.num_large, maxima.magnitude, maxima.quarter_power,
                            maxima.half_power);
}

}  // namespace sciwright::earthquake
