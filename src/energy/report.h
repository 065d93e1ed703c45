#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "energy/accounting.h"
#include "energy/carbon.h"
#include "energy/sensor_source.h"
#include "energy/tariff.h"
#include "record/intervals.h"

namespace sciwright::energy {

using Json = nlohmann::json;

/// What to tell of a trace.
struct ReportRequest {
  std::vector<Window> windows = {};  ///< Merged; empty: from the first sample to the last.
  /// Energy is told for each name, and for each epoch: the intervals called `epoch` by number.
  std::vector<record::Interval> intervals = {};
  std::string epoch = "Epoch";
  double pue = 1;  ///< For CO2; a tariff has its own.
  std::optional<Tariff> tariff = {};
  std::optional<CarbonFactor> carbon = {};
  std::optional<double> num_samples = {};  ///< Trained in the windows.
  std::optional<double> flops = {};        ///< Floating-point operations in the windows.
};

/// Everything that is known, as docs/metrics.md names it; what was not measured is null.
Json energy_report(const Accounting& accounting, const ReportRequest& request);

/// Adds devices that were there but not read to `missing`, and why, and other remarks on the search
/// for sensors, to `problems`.
void add_unread(Json& report, const std::vector<UnreadDevice>& unread, const Problems& remarks);

/// The report where nothing could be measured: null, and why.
Json unmeasured_report(const std::string& reason);

/// A report as tables for people.
std::string report_text(const Json& report);

}  // namespace sciwright::energy
