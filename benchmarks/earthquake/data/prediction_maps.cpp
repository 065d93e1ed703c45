#include "earthquake/data/prediction_maps.h"

#include <cmath>
#include <limits>

#include "earthquake/data/picture_task.h"
#include "earthquake/data/protocol.h"
#include "earthquake/data/scores.h"

namespace sciwright::earthquake {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// How the sequences of the file lie on the fortnights.
Protocol protocol_of(const Predictions& p) {
  const int first_last_input = fortnights_before(p.last_input_days.front());
  const int num_fortnights = static_cast<int>(p.last_input_days.size()) + 1 + first_last_input;
  return make_protocol(parse_protocol(p.protocol), num_fortnights,
                       first_last_input - kDroppedFortnights + 1);
}

/// Sums of a pixel's series over the sequences that have an observation.
struct Sums {
  int count = 0;
  double forecast = 0;
  double observed = 0;

  double mean_observed() const { return observed / count; }
};

void add_pixel(std::span<const float> forecast, std::span<const float> observed,
               const SequenceRange& range, PredictionMap& map) {
  Sums sums;
  const auto visit = [&](const auto& body) {
    for (int s = range.begin; s < range.end; ++s) {
      const auto i = static_cast<std::size_t>(s);
      if (std::isnan(observed[i])) continue;
      body(static_cast<double>(forecast[i]), static_cast<double>(observed[i]));
    }
  };
  visit([&](double f, double o) {
    ++sums.count;
    sums.forecast += f;
    sums.observed += o;
  });
  double variance_sum = 0;
  double squared_error_sum = 0;
  visit([&](double f, double o) {
    variance_sum += (o - sums.mean_observed()) * (o - sums.mean_observed());
    squared_error_sum += (o - f) * (o - f);
  });
  const bool any = sums.count > 0;
  map.nnse.push_back(any ? nnse(variance_sum, squared_error_sum) : kNan);
  map.mean_forecast.push_back(any ? sums.forecast / sums.count : kNan);
  map.mean_observation.push_back(any ? sums.mean_observed() : kNan);
}

}  // namespace

PredictionMaps prediction_maps(const Predictions& p) {
  PredictionMaps out{.locs = p.locs, .is_validation = p.is_validation};
  if (p.last_input_days.empty()) return out;
  const Protocol protocol = protocol_of(p);
  const Period& period = shown_period(protocol);
  out.period = period.name;
  for (std::size_t i = 0; i < p.parameters.size(); ++i) {
    const SequenceRange range = sequences_for(period, protocol.axis, p.parameters[i]);
    PredictionMap& map = out.maps.emplace_back();
    map.parameter = p.parameters[i].name;
    for (int row = 0; row < p.forecasts[i].num_pixels; ++row) {
      add_pixel(p.forecasts[i].row(row), p.observations[i].row(row), range, map);
    }
  }
  return out;
}

}  // namespace sciwright::earthquake
