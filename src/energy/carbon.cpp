#include "energy/carbon.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "energy/accounting.h"
#include "energy/factor_files.h"
#include "io/csv.h"

namespace sciwright::energy {

std::vector<CarbonFactor> carbon_factors() {
  const auto& [name, text] = kFactorFiles.front();
  io::CsvReader rows(text, {.name = std::string(name)});
  rows.next();
  rows.use_as_header();
  std::vector<CarbonFactor> factors;
  while (rows.next()) {
    factors.push_back({std::string(rows.text(rows.column("region"))),
                       std::string(rows.text(rows.column("name"))),
                       rows.number(rows.column("g_co2e_per_kwh")),
                       static_cast<int>(rows.integer(rows.column("year"))),
                       std::string(rows.text(rows.column("source")))});
  }
  return factors;
}

CarbonFactor carbon_factor(const std::string& region) {
  std::vector<std::string> known;
  for (CarbonFactor& factor : carbon_factors()) {
    if (factor.region == region) return factor;
    known.push_back(factor.region);
  }
  throw usage_error(fmt::format("no CO2 factor for region '{}' (known: {}){}", region,
                                fmt::join(known, ", "), did_you_mean(region, known)));
}

double co2e_g(double joules, double pue, const CarbonFactor& factor) {
  return joules / kJoulesPerKwh * pue * factor.g_co2e_per_kwh;
}

}  // namespace sciwright::energy
