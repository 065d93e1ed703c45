#pragma once

#include <string>
#include <vector>

namespace sciwright::energy {

/// What a kilowatt-hour of a region's electricity emitted on average over one year.
struct CarbonFactor {
  std::string region;  ///< ISO 3166 alpha-3: "DEU".
  std::string name;
  double g_co2e_per_kwh = 0;
  int year = 0;
  std::string source;
};

/// The factors that come with the program (factors/electricity.csv); nothing is looked up online.
std::vector<CarbonFactor> carbon_factors();

/// The factor of a region; throws a usage error that lists the regions there are.
CarbonFactor carbon_factor(const std::string& region);

/// Grams of CO2 equivalents of so many joules of the machines, PUE included.
double co2e_g(double joules, double pue, const CarbonFactor& factor);

}  // namespace sciwright::energy
