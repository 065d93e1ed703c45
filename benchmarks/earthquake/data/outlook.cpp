#include "earthquake/data/outlook.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text_table.h"
#include "earthquake/data/grid.h"
#include "io/csv.h"

namespace sciwright::earthquake {
namespace {

constexpr std::size_t kShownPixels = 10;

/// The trivial forecasts shown, of baselines().
constexpr Baseline kTrivial[] = {
    {"climatology", climatology}, {"persistence", persistence}, {"overlap_mean", overlap_mean}};

/// The last sequence of a forecast.
PixelValues last_of(const Forecast& forecast) {
  PixelValues out;
  for (int p = 0; p < forecast.num_pixels; ++p) out.push_back(forecast.row(p).back());
  return out;
}

/// What came of the window that ends with fortnight `end`; empty where that is not known yet.
PixelValues observed(const ForecastData& data, int window, int end) {
  PixelValues out;
  if (end >= data.newest.num()) return out;
  std::vector<double> magnitudes(static_cast<std::size_t>(data.newest.num()));
  for (const int loc : data.dataset.split.locs) {
    window_magnitudes(data.newest.energy.row(loc), window, magnitudes);
    out.push_back(static_cast<float>(magnitudes[static_cast<std::size_t>(end)]));
  }
  return out;
}

double mean(const PixelValues& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double sum(const PixelValues& values) { return mean(values) * static_cast<double>(values.size()); }

nlohmann::json errors(const PixelValues& forecast, const PixelValues& observed) {
  double squares = 0;
  double absolutes = 0;
  for (std::size_t p = 0; p < forecast.size(); ++p) {
    const double error = static_cast<double>(forecast[p]) - static_cast<double>(observed[p]);
    squares += error * error;
    absolutes += std::abs(error);
  }
  const auto count = static_cast<double>(forecast.size());
  return {{"mse", squares / count}, {"mae", absolutes / count}};
}

std::string three(double value) { return fmt::format("{:.3f}", value); }

std::string parameter_table(const Outlook& outlook) {
  const bool shows_observed = std::ranges::any_of(
      outlook.rows, [](const OutlookRow& row) { return !row.observed.empty(); });
  TextTable table;
  table.column("parameter", TextTable::Align::kLeft).column("first day").column("last day");
  for (const char* name : {"shared", "sum", "mean"}) table.column(name);
  for (const Baseline& trivial : kTrivial) table.column(trivial.name);
  if (shows_observed) table.column("observed");
  for (const OutlookRow& row : outlook.rows) {
    std::vector<std::string> cells = {
        row.parameter.name,
        iso_date(row.first_day),
        iso_date(row.last_day),
        fmt::format("{}/{}", row.parameter.shared(), row.parameter.window),
        fmt::format("{:.1f}", sum(row.forecast)),
        three(mean(row.forecast))};
    for (const auto& [name, values] : row.trivial) cells.push_back(three(mean(values)));
    if (shows_observed) {
      cells.push_back(row.observed.empty() ? "–" : three(mean(row.observed)));
    }
    table.row(std::move(cells));
  }
  return table.text();
}

std::string highest_pixels(const Outlook& outlook, const OutlookRow& row) {
  std::vector<std::size_t> order(row.forecast.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t p) { return row.forecast[p]; });
  order.resize(std::min(order.size(), kShownPixels));
  TextTable table;
  for (const char* name : {"pixel", "latitude", "longitude", "forecast", "climatology"}) {
    table.column(name);
  }
  for (const std::size_t p : order) {
    const int loc = outlook.split.locs[p];
    table.row({std::to_string(loc), fmt::format("{:.2f}", pixel_latitude_deg(loc)),
               fmt::format("{:.2f}", pixel_longitude_deg(loc)),
               three(static_cast<double>(row.forecast[p])),
               three(static_cast<double>(row.trivial.front().second[p]))});
  }
  return fmt::format("\nThe {} pixels with the highest forecast of \"{}\", {} to {}\n\n{}",
                     order.size(), row.parameter.name, iso_date(row.first_day),
                     iso_date(row.last_day), table.text());
}

}  // namespace

Outlook make_outlook(const ForecastData& data, const std::string& model,
                     const std::vector<PredictionParameter>& parameters,
                     const std::vector<Forecast>& forecasts, int num_threads) {
  const Dataset& d = data.dataset;
  const int last_input = d.protocol.axis.last_input(data.sequence());
  const BaselineTask task = d.baseline_task(num_threads);
  Outlook out{.model = model,
              .split = d.split,
              .last_input_day = fortnight_start(last_input + 1) - 1,
              .rows = {}};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const PredictionParameter& parameter = parameters[i];
    const int end = last_input + parameter.step;
    OutlookRow row{.parameter = parameter,
                   .first_day = fortnight_start(end - parameter.window + 1),
                   .last_day = fortnight_start(end + 1) - 1,
                   .forecast = last_of(forecasts[i]),
                   .observed = observed(data, parameter.window, end)};
    for (const Baseline& trivial : kTrivial) {
      row.trivial.emplace_back(trivial.name, last_of(trivial.forecast(task, parameter)));
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

std::string outlook_csv(const Outlook& outlook) {
  std::vector<std::string> header = {"parameter",  "loc",       "latitude", "longitude",
                                     "validation", "first_day", "last_day", "last_input_day",
                                     "window",     "step",      "shared",   "forecast"};
  for (const Baseline& trivial : kTrivial) header.emplace_back(trivial.name);
  header.emplace_back("observed");
  std::string out;
  io::append_csv_row(out, header);
  for (const OutlookRow& row : outlook.rows) {
    const PredictionParameter& parameter = row.parameter;
    for (std::size_t p = 0; p < row.forecast.size(); ++p) {
      const int loc = outlook.split.locs[p];
      std::vector<std::string> cells = {parameter.name,
                                        std::to_string(loc),
                                        fmt::format("{:.2f}", pixel_latitude_deg(loc)),
                                        fmt::format("{:.2f}", pixel_longitude_deg(loc)),
                                        std::to_string(outlook.split.is_validation[p]),
                                        iso_date(row.first_day),
                                        iso_date(row.last_day),
                                        iso_date(outlook.last_input_day),
                                        std::to_string(parameter.window),
                                        std::to_string(parameter.step),
                                        std::to_string(parameter.shared()),
                                        fmt::format("{}", row.forecast[p])};
      for (const auto& [name, values] : row.trivial) cells.push_back(fmt::format("{}", values[p]));
      cells.push_back(row.observed.empty() ? "" : fmt::format("{}", row.observed[p]));
      io::append_csv_row(out, cells);
    }
  }
  return out;
}

std::string outlook_text(const Outlook& outlook) {
  std::string out = fmt::format(
      "Forecast by {} from {} on; it knows what happened up to {}.\n\n"
      "A number is a magnitude: that of the one earthquake that would release as much energy as "
      "all "
      "earthquakes of a\npixel ({:.1f}° x {:.1f}°) in the window together; an empty fortnight has "
      "{:.3f}. It says how much is expected, not how\nlikely any earthquake is. \"shared\": "
      "fortnights of the window that are known already, of all. Means are over\nthe {} pixels, sum "
      "is the forecast's.\n\n",
      outlook.model, iso_date(outlook.last_input_day + 1), iso_date(outlook.last_input_day),
      kPixelDeg, kPixelDeg, empty_magnitude(1), outlook.split.locs.size());
  out += parameter_table(outlook);
  const auto next = std::ranges::find_if(outlook.rows, [](const OutlookRow& row) {
    return row.parameter.window == 1 && row.parameter.step == 1;
  });
  if (next != outlook.rows.end()) out += highest_pixels(outlook, *next);
  return out;
}

nlohmann::json outlook_scores(const Outlook& outlook) {
  nlohmann::json out = nlohmann::json::array();
  for (const OutlookRow& row : outlook.rows) {
    if (row.observed.empty()) continue;
    nlohmann::json score = {
        {"parameter", row.parameter.name},      {"period", "forecast"},
        {"shared", row.parameter.shared()},     {"window", row.parameter.window},
        {"step", row.parameter.step},           {"num_sequences", 1},
        {"baselines", nlohmann::json::object()}};
    score.update(errors(row.forecast, row.observed));
    for (const auto& [name, values] : row.trivial) {
      score["baselines"][name] = errors(values, row.observed);
    }
    out.push_back(std::move(score));
  }
  return out;
}

nlohmann::json outlook_json(const Outlook& outlook) {
  nlohmann::json out = {{"forecast_by", outlook.model},
                        {"first_day", iso_date(outlook.last_input_day + 1)},
                        {"last_input_day", iso_date(outlook.last_input_day)},
                        {"num_pixels", outlook.split.locs.size()}};
  for (const OutlookRow& row : outlook.rows) {
    out["parameters"].push_back({{"name", row.parameter.name},
                                 {"first_day", iso_date(row.first_day)},
                                 {"last_day", iso_date(row.last_day)},
                                 {"mean", mean(row.forecast)}});
  }
  return out;
}

}  // namespace sciwright::earthquake
