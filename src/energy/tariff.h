#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "energy/accounting.h"

namespace sciwright::energy {

/// What energy costs: a price from each time of day until the next.
struct Tariff {
  std::string currency = "EUR";
  double pue = 1;  ///< Power usage effectiveness: energy of the hall over that of the machines.
  double utc_offset_h = 0;                   ///< Hours that local time lies east of UTC.
  std::string source = {};                   ///< Who says so, and when.
  std::map<int, double> price_per_kwh = {};  ///< By minute of the local day; not empty.
};

/// Reads a price table:
///
///     currency: EUR
///     pue: 1.3
///     utc_offset_hours: 1
///     source: contract of 2026
///     prices: {"00:00": 0.21, "06:00": 0.29, "22:00": 0.21}   # or one number
///
/// `pue` counts where the table says none. Throws a usage error with every problem, each with file,
/// line and column.
Tariff read_tariff(const std::filesystem::path& path, double pue = 1);

/// The cost of what was measured in the windows, PUE included, in the tariff's currency. Nothing
/// where nothing was measured.
std::optional<double> cost(const Accounting& accounting, const std::vector<Window>& windows,
                           const Tariff& tariff);

/// The price of a kWh averaged over the day, without PUE, in the tariff's currency.
double mean_price_per_kwh(const Tariff& tariff);

}  // namespace sciwright::energy
