#include "earthquake/data/etas.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

constexpr double kReferenceMagnitude = 2.5;  // of the published d, gamma and background rate
constexpr double kDaysPerYear = 365.25;
constexpr double kMsPerDay = 86'400'000;
constexpr double kKmPerDeg = 111.19;

/// An event in simulation units: days since the start, km east and north of the box's corner.
struct Quake {
  double time_days;
  double east_km;
  double north_km;
  double depth_km;
  double magnitude;
};

struct Fault {
  double east_km;  ///< Of its middle.
  double north_km;
  double half_length_km;
  double strike_rad;  ///< Clockwise from north.
};

double km_per_deg_east() {
  return kKmPerDeg * std::cos((kNorthDeg + kSouthDeg) / 2 * std::numbers::pi / 180);
}
double width_km() { return (kEastDeg - kWestDeg) * km_per_deg_east(); }
double height_km() { return (kNorthDeg - kSouthDeg) * kKmPerDeg; }

/// Everything derived from the settings once.
struct Model {
  const EtasSettings& settings;
  double c_days;
  double tau_days;
  double span_days;           ///< From the start to the end.
  double productivity_slope;  ///< Of ln A with magnitude.
  double mean_at_minimum;     ///< Direct aftershocks of the smallest event, over all time.
  double whole_omori;         ///< Integral of the tapered Omori law over all time.
};

/// Integral of (t + c)^{-(1 + omega)} from 0 to `t_days`.
double omori_integral(const Model& model, double t_days) {
  const double omega = model.settings.omega;
  const double end = t_days + model.c_days;
  if (std::abs(omega) < 1e-9) return std::log(end / model.c_days);
  return (std::pow(model.c_days, -omega) - std::pow(end, -omega)) / omega;
}

/// The delay at which the integral has the value `integral`.
double omori_inverse(const Model& model, double integral) {
  const double omega = model.settings.omega;
  if (std::abs(omega) < 1e-9) return model.c_days * std::expm1(integral);
  return std::pow(std::pow(model.c_days, -omega) - omega * integral, -1 / omega) - model.c_days;
}

/// The integral with the exponential taper, by the trapezoidal rule in u = ln(t + c).
double tapered_omori_integral(const Model& model) {
  constexpr int kSteps = 20'000;
  const double low = std::log(model.c_days);
  const double step = (std::log(40 * model.tau_days) - low) / kSteps;
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double u = low + i * step;
    const double value =
        std::exp(-model.settings.omega * u - (std::exp(u) - model.c_days) / model.tau_days);
    sum += i == 0 || i == kSteps ? value / 2 : value;
  }
  return sum * step;
}

Model make_model(const EtasSettings& s) {
  const double slope = s.productivity - s.rho * s.gamma;
  const double span = s.max_magnitude - s.min_magnitude;
  // The mean of e^{slope (m - min)} over the truncated Gutenberg–Richter law.
  const double excess = s.beta - slope;
  const double growth = std::abs(excess) < 1e-9 ? span : -std::expm1(-excess * span) / excess;
  const double mean_growth = s.beta * growth / -std::expm1(-s.beta * span);
  const auto days = parse_iso_date(s.end_date) + 1 - parse_iso_date(s.start_date);
  Model model{s,
              std::pow(10, s.log10_c_days),
              std::pow(10, s.log10_tau_days),
              static_cast<double>(days),
              slope,
              s.branching_ratio / mean_growth,
              0};
  model.whole_omori = tapered_omori_integral(model);
  return model;
}

double draw_magnitude(const EtasSettings& s, RandomStream& random) {
  const double span = s.max_magnitude - s.min_magnitude;
  return s.min_magnitude - std::log1p(random.uniform() * std::expm1(-s.beta * span)) / s.beta;
}

std::vector<Fault> draw_faults(const EtasSettings& s) {
  RandomStream random(derive_seed(s.seed, "etas faults"));
  std::vector<Fault> faults;
  for (int i = 0; i < s.num_faults; ++i) {
    constexpr double kNorthWest = -std::numbers::pi / 4;
    constexpr double kStrikeSpread = 0.4;
    Fault fault{};
    fault.east_km = random.uniform(0, width_km());
    fault.north_km = random.uniform(0, height_km());
    fault.half_length_km = 15 * std::exp(0.5 * random.normal());
    fault.strike_rad = kNorthWest + kStrikeSpread * random.normal();
    faults.push_back(fault);
  }
  return faults;
}

/// Running sums of the faults' shares of the background: log-normal, proportional to length.
std::vector<double> draw_shares(const EtasSettings& s, const std::vector<Fault>& faults) {
  RandomStream random(derive_seed(s.seed, "etas shares"));
  std::vector<double> sums;
  double sum = 0;
  for (const Fault& fault : faults) {
    sum += fault.half_length_km * std::exp(0.6 * random.normal());
    sums.push_back(sum);
  }
  return sums;
}

double keep_in_crust_km(double depth_km) { return std::clamp(std::abs(depth_km), 0.0, 25.0); }

void refuse_too_many(const EtasSettings& s, double num_events) {
  constexpr double kMostEvents = 2e7;
  if (num_events <= kMostEvents) return;
  throw usage_error(fmt::format(
      "ETAS simulation: more than {} events; lower background_per_year ({}) or branching_ratio "
      "({}), or raise min_magnitude ({})",
      kMostEvents, s.background_per_year, s.branching_ratio, s.min_magnitude));
}

std::vector<Quake> draw_background(const Model& model) {
  const EtasSettings& s = model.settings;
  const std::vector<Fault> faults = draw_faults(s);
  const std::vector<double> shares = draw_shares(s, faults);
  RandomStream random(derive_seed(s.seed, "etas background"));
  const double first_day = -s.burn_in_years * kDaysPerYear;
  const double per_day = s.background_per_year / kDaysPerYear *
                         std::exp(s.beta * (kReferenceMagnitude - s.min_magnitude));
  const std::uint64_t count = random.poisson(per_day * (model.span_days - first_day));
  refuse_too_many(s, static_cast<double>(count) / (1 - s.branching_ratio));
  std::vector<Quake> quakes;
  for (std::uint64_t i = 0; i < count; ++i) {
    Quake quake{random.uniform(first_day, model.span_days), random.uniform(0, width_km()),
                random.uniform(0, height_km()), keep_in_crust_km(8 + 4 * random.normal()),
                draw_magnitude(s, random)};
    if (!faults.empty() && random.uniform() >= s.uniform_fraction) {
      const auto share =
          std::upper_bound(shares.begin(), shares.end() - 1, random.uniform() * shares.back());
      const Fault& fault = faults[static_cast<std::size_t>(share - shares.begin())];
      const double along_km = random.uniform(-fault.half_length_km, fault.half_length_km);
      const double across_km = s.fault_scatter_km * random.normal();
      const double sine = std::sin(fault.strike_rad);
      const double cosine = std::cos(fault.strike_rad);
      quake.east_km = fault.east_km + along_km * sine + across_km * cosine;
      quake.north_km = fault.north_km + along_km * cosine - across_km * sine;
    }
    quakes.push_back(quake);
  }
  return quakes;
}

/// Adds the direct aftershocks of one event. They are drawn from the law without taper and kept
/// with the probability of the taper.
void append_aftershocks(const Model& model, const Quake& parent, RandomStream& random,
                        std::vector<Quake>& quakes) {
  const EtasSettings& s = model.settings;
  const double mean = model.mean_at_minimum *
                      std::exp(model.productivity_slope * (parent.magnitude - s.min_magnitude));
  const double open_omori = omori_integral(model, model.span_days - parent.time_days);
  const std::uint64_t count = random.poisson(mean * open_omori / model.whole_omori);
  const double d_km2 =
      std::pow(10, s.log10_d_km2) * std::exp(s.gamma * (parent.magnitude - kReferenceMagnitude));
  for (std::uint64_t i = 0; i < count; ++i) {
    const double delay_days = omori_inverse(model, random.uniform() * open_omori);
    if (random.uniform() >= std::exp(-delay_days / model.tau_days)) continue;
    const double distance_km = std::sqrt(d_km2 * (std::pow(1 - random.uniform(), -1 / s.rho) - 1));
    const double direction = random.uniform(0, 2 * std::numbers::pi);
    quakes.push_back(
        {parent.time_days + delay_days, parent.east_km + distance_km * std::cos(direction),
         parent.north_km + distance_km * std::sin(direction),
         keep_in_crust_km(parent.depth_km + 2 * random.normal()), draw_magnitude(s, random)});
  }
}

std::vector<Quake> simulate_quakes(const Model& model) {
  std::vector<Quake> quakes = draw_background(model);
  RandomStream random(derive_seed(model.settings.seed, "etas aftershocks"));
  for (std::size_t i = 0; i < quakes.size(); ++i) {
    const Quake parent = quakes[i];
    append_aftershocks(model, parent, random, quakes);
    refuse_too_many(model.settings, static_cast<double>(quakes.size()));
  }
  return quakes;
}

double detection_magnitude(const std::vector<DetectionPoint>& points, double year) {
  const auto after = std::find_if(points.begin(), points.end(),
                                  [&](const DetectionPoint& p) { return p.year > year; });
  if (after == points.end()) return points.back().magnitude;
  if (after == points.begin()) return after->magnitude;
  const DetectionPoint& before = *(after - 1);
  const double fraction = (year - before.year) / (after->year - before.year);
  return before.magnitude + fraction * (after->magnitude - before.magnitude);
}

double rounded(double value, double parts) { return std::round(value * parts) / parts; }

/// The recorded events inside the box, in catalogue units.
std::vector<Event> record(const Model& model, const std::vector<Quake>& quakes) {
  const EtasSettings& s = model.settings;
  RandomStream random(derive_seed(s.seed, "etas detection"));
  const std::int64_t start_day = parse_iso_date(s.start_date);
  const double start_year = 1970 + static_cast<double>(start_day) / kDaysPerYear;
  std::vector<Event> events;
  for (const Quake& q : quakes) {
    const double limit = detection_magnitude(s.detection, start_year + q.time_days / kDaysPerYear);
    const bool is_recorded = q.magnitude >= limit + s.detection_width * random.normal();
    if (!is_recorded || q.time_days < 0 || q.time_days >= model.span_days) continue;
    const Event event{start_day * static_cast<std::int64_t>(kMsPerDay) +
                          10 * static_cast<std::int64_t>(q.time_days * kMsPerDay / 10),
                      rounded(kSouthDeg + q.north_km / kKmPerDeg, 1000),
                      rounded(kWestDeg + q.east_km / km_per_deg_east(), 1000),
                      rounded(q.depth_km, 10), rounded(q.magnitude, 100)};
    if (pixel_of(event.latitude_deg, event.longitude_deg)) events.push_back(event);
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time_ms < b.time_ms; });
  return events;
}

void check(const EtasSettings& s) {
  Problems problems;
  const auto need = [&](bool good, const char* name, double value, const char* expected) {
    if (!good)
      problems.push_back(fmt::format("synthetic.{} is {}, must be {}", name, value, expected));
  };
  need(s.branching_ratio >= 0 && s.branching_ratio < 1, "branching_ratio", s.branching_ratio,
       "at least 0 and below 1");
  need(s.max_magnitude > s.min_magnitude, "max_magnitude", s.max_magnitude, "above min_magnitude");
  need(s.beta > 0, "beta", s.beta, "above 0");
  need(s.rho > 0, "rho", s.rho, "above 0");
  need(s.background_per_year > 0, "background_per_year", s.background_per_year, "above 0");
  need(s.burn_in_years >= 0, "burn_in_years", s.burn_in_years, "at least 0");
  need(s.num_faults >= 0, "num_faults", s.num_faults, "at least 0");
  need(!s.detection.empty(), "detection", 0, "a list of at least one point");
  if (parse_iso_date(s.end_date) < parse_iso_date(s.start_date)) {
    problems.push_back(
        fmt::format("synthetic.end_date is {}, must not be before {}", s.end_date, s.start_date));
  }
  throw_if_any(problems);
}

std::string settings_text(const EtasSettings& s) {
  std::string text = fmt::format(
      "etas 1 {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", s.seed, s.start_date,
      s.end_date, s.burn_in_years, s.min_magnitude, s.max_magnitude, s.beta, s.background_per_year,
      s.branching_ratio, s.productivity, s.log10_c_days, s.omega, s.log10_tau_days, s.log10_d_km2,
      s.gamma, s.rho, s.num_faults, s.fault_scatter_km, s.uniform_fraction, s.detection_width);
  for (const DetectionPoint& p : s.detection) text += fmt::format(" {}:{}", p.year, p.magnitude);
  return text;
}

}  // namespace

Catalogue simulate_etas(const EtasSettings& settings) {
  check(settings);
  const Model model = make_model(settings);
  Catalogue catalogue;
  catalogue.events = record(model, simulate_quakes(model));
  catalogue.num_rows = static_cast<std::int64_t>(catalogue.events.size());
  catalogue.source = fmt::format("ETAS simulation, seed {}", settings.seed);
  catalogue.content_hash = sha256_hex(settings_text(settings));
  return catalogue;
}

}  // namespace sciwright::earthquake
