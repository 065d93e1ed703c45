#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "earthquake/data/event.h"

namespace sciwright::earthquake {

/// From a year on, events of this magnitude are recorded with probability one half; linear between
/// the points, constant before and after.
struct DetectionPoint {
  double year = 1950;
  double magnitude = 0;
};

/// Settings of a simulated catalogue. The model is ETAS (Ogata 1998) in the form of Mizrahi et al.
/// (github.com/lmizrahi/etas): an event of magnitude m has direct aftershocks at the rate
///   A(m) e^{-t/tau} (t + c)^{-(1+omega)} (r^2 + d e^{gamma (m - 2.5)})^{-(1+rho)},
/// with magnitudes after Gutenberg and Richter. c, omega, tau, d, gamma, rho and beta are the
/// published fit to California (ComCat 1981–2007, m >= 2.5; days and km). Two parameters are not:
/// A(m) is scaled by the branching ratio instead of k0, because the published k0 belongs to m
/// >= 2.5 and makes the process grow without bound when smaller events trigger too; and the growth
/// of productivity with magnitude is steeper, so that an M 7 has thousands of recorded aftershocks
/// here, too.
struct EtasSettings {
  std::uint64_t seed = 1;
  std::string start_date = "1950-01-01";
  std::string end_date = "2026-08-07";  ///< The last day.
  double burn_in_years = 20;            ///< Simulated before the start, for its aftershocks.

  double min_magnitude = 1.5;  ///< Smaller events neither happen nor trigger.
  double max_magnitude = 7.6;
  double beta = 2.147;              ///< Gutenberg–Richter, b = beta / ln 10 = 0.93.
  double background_per_year = 70;  ///< Untriggered events of m >= 2.5 in the box.
  double branching_ratio = 0.9;     ///< Mean number of direct aftershocks of an event; below 1.
  double productivity = 2.6;        ///< "a": aftershocks grow as e^{(a - rho gamma) m}.
  double log10_c_days = -2.798;
  double omega = -0.0615;
  double log10_tau_days = 3.723;
  double log10_d_km2 = -0.795;
  double gamma = 1.0215;
  double rho = 0.5487;

  int num_faults = 60;             ///< Straight synthetic faults, most of them striking NW–SE.
  double fault_scatter_km = 2.5;   ///< Standard deviation of a background event's distance.
  double uniform_fraction = 0.08;  ///< Of the background, spread evenly over the box.

  /// The growth of the network, coarsely as in Southern California.
  std::vector<DetectionPoint> detection = {
      {1950, 2.6}, {1972, 2.4}, {1977, 1.8}, {1981, 1.6}, {2000, 1.3}};
  double detection_width = 0.2;  ///< Magnitudes from 50 % to 84 % recorded.
};

/// Simulates a catalogue of the grid's box. Equal settings give equal catalogues. Numbers are
/// rounded as in SCEDC's files (10 ms, 0.001 degrees, 0.1 km, 0.01 magnitudes), so writing and
/// reading changes nothing. Throws a usage error that names the setting when one is out of range.
Catalogue simulate_etas(const EtasSettings& settings);

}  // namespace sciwright::earthquake
