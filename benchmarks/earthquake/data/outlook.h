#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "earthquake/data/forecast_data.h"

namespace sciwright::earthquake {

/// One value per pixel, in magnitudes.
using PixelValues = std::vector<float>;

/// The forecast of one parameter and, beside it, those that take nothing to make.
struct OutlookRow {
  PredictionParameter parameter = {};
  std::int64_t first_day = 0;  ///< Of the target's window; days since 1970-01-01.
  std::int64_t last_day = 0;
  PixelValues forecast = {};
  std::vector<std::pair<std::string, PixelValues>> trivial = {};
  PixelValues observed = {};  ///< Empty where the window reaches beyond the catalogue.
};

/// What a model forecasts from one day on.
struct Outlook {
  std::string model;                ///< What forecasts: "tft", "linear_autoregression".
  PixelSplit split;                 ///< The pixels.
  std::int64_t last_input_day = 0;  ///< The day before the forecast; days since 1970-01-01.
  std::vector<OutlookRow> rows;
};

/// Puts the last sequence of forecasts, one per parameter, beside climatology, persistence,
/// overlap_mean and what came.
Outlook make_outlook(const ForecastData& data, const std::string& model,
                     const std::vector<PredictionParameter>& parameters,
                     const std::vector<Forecast>& forecasts, int num_threads);

/// forecast.csv: a line per parameter and pixel.
std::string outlook_csv(const Outlook& outlook);

/// A line per parameter for people, and the ten pixels with the highest forecast of the next
/// fortnight.
std::string outlook_text(const Outlook& outlook);

/// Rows of `scores`: mean square and absolute error over the pixels of every parameter that has
/// been observed, with those of the trivial forecasts.
nlohmann::json outlook_scores(const Outlook& outlook);

/// Days and means of every parameter, for `details`.
nlohmann::json outlook_json(const Outlook& outlook);

}  // namespace sciwright::earthquake
