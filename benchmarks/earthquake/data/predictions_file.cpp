#include "earthquake/data/predictions_file.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/observations.h"
#include "io/hdf5.h"

namespace sciwright::earthquake {
namespace {

constexpr int kSchemaVersion = 1;
constexpr int kDeflateLevel = 1;  // higher ones take long and save little on noisy mantissas

std::string forecast_name(const PredictionParameter& parameter) {
  return "forecast/" + parameter.name;
}

std::string observation_name(const PredictionParameter& parameter) {
  return "observation/" + parameter.name;
}

void require_sizes(const Predictions& p) {
  const auto fits = [&](const Forecast& series) {
    return series.values.size() == p.locs.size() * p.last_input_days.size() &&
           series.num_times == static_cast<int>(p.last_input_days.size());
  };
  const bool good = p.is_validation.size() == p.locs.size() &&
                    p.forecasts.size() == p.parameters.size() &&
                    p.observations.size() == p.parameters.size() &&
                    std::all_of(p.forecasts.begin(), p.forecasts.end(), fits) &&
                    std::all_of(p.observations.begin(), p.observations.end(), fits);
  if (good) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("Predictions of {} pixels, {} sequences and {} parameters have series of "
                          "other sizes.",
                          p.locs.size(), p.last_input_days.size(), p.parameters.size()));
}

void write_pixels(io::Hdf5Writer& file, const Predictions& p) {
  std::vector<std::int32_t> locs(p.locs.begin(), p.locs.end());
  std::vector<double> latitudes;
  std::vector<double> longitudes;
  for (const int loc : p.locs) {
    latitudes.push_back(pixel_latitude_deg(loc));
    longitudes.push_back(pixel_longitude_deg(loc));
  }
  const io::Shape shape = {locs.size()};
  file.write<std::int32_t>("loc", locs, shape);
  file.write<double>("latitude", latitudes, shape);
  file.write<double>("longitude", longitudes, shape);
  file.write<std::uint8_t>("is_validation", p.is_validation, shape);
  file.write<std::int32_t>("date", p.last_input_days, {p.last_input_days.size()});
  file.text_attribute("latitude", "units", "degrees_north");
  file.text_attribute("longitude", "units", "degrees_east");
  file.text_attribute("date", "units", "days since 1970-01-01");
  file.text_attribute("date", "meaning", "first day of the last fortnight a forecast knows");
}

void write_series(io::Hdf5Writer& file, const std::string& name, const Forecast& series,
                  const PredictionParameter& parameter, std::size_t index) {
  file.write<float>(
      name, series.values,
      {static_cast<std::size_t>(series.num_pixels), static_cast<std::size_t>(series.num_times)},
      kDeflateLevel);
  file.number_attribute(name, "index", static_cast<double>(index));
  file.number_attribute(name, "window", parameter.window);
  file.number_attribute(name, "step", parameter.step);
  file.number_attribute(name, "quantity", parameter.quantity);
  file.text_attribute(name, "log_name", parameter.log_name);
  file.text_attribute(name, "units", "magnitude");
}

std::string text(const io::Hdf5Reader& file, const std::filesystem::path& path, const char* name) {
  if (const auto value = file.text_attribute("/", name)) return *value;
  throw usage_error(fmt::format("{}: has no attribute \"{}\".", path.string(), name));
}

std::uint64_t parse_seed(const std::string& digits, const std::filesystem::path& path) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  if (error == std::errc() && end == digits.data() + digits.size()) return seed;
  throw usage_error(
      fmt::format("{}: the seed is \"{}\", must be a whole number.", path.string(), digits));
}

/// The parameters of a file by their index.
std::map<int, PredictionParameter> read_parameters(const io::Hdf5Reader& file,
                                                   const std::filesystem::path& path) {
  std::map<int, PredictionParameter> out;
  for (const std::string& name : file.names("forecast")) {
    const std::string dataset = "forecast/" + name;
    const auto number = [&](const char* attribute) {
      if (const auto value = file.number_attribute(dataset, attribute)) {
        return static_cast<int>(*value);
      }
      throw usage_error(
          fmt::format("{}: {} has no attribute \"{}\".", path.string(), dataset, attribute));
    };
    out[number("index")] = {.name = name,
                            .log_name = file.text_attribute(dataset, "log_name").value_or(name),
                            .window = number("window"),
                            .step = number("step"),
                            .quantity = number("quantity")};
  }
  return out;
}

}  // namespace

Predictions predictions_of(const Dataset& d, const std::vector<PredictionParameter>& parameters) {
  Predictions out{.protocol = d.protocol.name(),
                  .locs = d.split.locs,
                  .is_validation = d.split.is_validation,
                  .parameters = parameters};
  const SequenceAxis& axis = d.protocol.axis;
  for (int s = 0; s < axis.num_sequences(); ++s) {
    out.last_input_days.push_back(static_cast<std::int32_t>(fortnight_start(axis.last_input(s))));
  }
  for (const PredictionParameter& parameter : parameters) {
    out.observations.push_back(observations(d.history, axis, parameter));
  }
  return out;
}

void write_predictions(const std::filesystem::path& path, const Predictions& p) {
  require_sizes(p);
  io::Hdf5Writer file(path);
  file.number_attribute("/", "schema_version", kSchemaVersion);
  file.text_attribute("/", "benchmark", "earthquake");
  file.text_attribute("/", "model", p.model);
  file.text_attribute("/", "protocol", p.protocol);
  file.text_attribute("/", "seed", std::to_string(p.seed));
  write_pixels(file, p);
  for (std::size_t i = 0; i < p.parameters.size(); ++i) {
    const PredictionParameter& parameter = p.parameters[i];
    write_series(file, forecast_name(parameter), p.forecasts[i], parameter, i);
    write_series(file, observation_name(parameter), p.observations[i], parameter, i);
  }
  file.commit();
}

Predictions read_predictions(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const double version = file.number_attribute("/", "schema_version").value_or(0);
  if (version != kSchemaVersion) {
    throw usage_error(fmt::format("{}: predictions of schema_version {} were expected, found {}.",
                                  path.string(), kSchemaVersion, version));
  }
  Predictions p{.model = text(file, path, "model"),
                .protocol = text(file, path, "protocol"),
                .seed = parse_seed(text(file, path, "seed"), path),
                .locs = file.read<int>("loc").values,
                .is_validation = file.read<std::uint8_t>("is_validation").values,
                .last_input_days = file.read<std::int32_t>("date").values};
  const io::Shape shape = {p.locs.size(), p.last_input_days.size()};
  const auto series = [&](const std::string& name) {
    Forecast out;
    out.num_pixels = static_cast<int>(shape[0]);
    out.num_times = static_cast<int>(shape[1]);
    out.values = file.read<float>(name, shape).values;
    return out;
  };
  for (const auto& [index, parameter] : read_parameters(file, path)) {
    p.parameters.push_back(parameter);
    p.forecasts.push_back(series(forecast_name(parameter)));
    p.observations.push_back(series(observation_name(parameter)));
  }
  return p;
}

}  // namespace sciwright::earthquake
