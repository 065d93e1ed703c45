#pragma once

#include <vector>

#include "energy/accounting.h"
#include "plot/figure.h"
#include "record/intervals.h"

namespace sciwright::energy {

/// Power over time, a line for each device, with the phases of the run as tinted background: those
/// up to two levels deep that hold no other. Devices that only count energy show the mean power
/// between ticks.
plot::Figure power_figure(const Trace& trace, const std::vector<record::Interval>& intervals);

/// How often each power was sampled, in percent or counts, for each device.
plot::Figure power_histogram_figure(const Trace& trace, bool as_percent);

/// kWh for an epoch by device: the mean, with one standard deviation above and below. No panel
/// where no epoch was measured.
plot::Figure epoch_energy_figure(const Accounting& accounting,
                                 const std::vector<record::Interval>& intervals,
                                 const std::string& epoch = "Epoch");

}  // namespace sciwright::energy
