#pragma once

#include "energy/trace.h"

namespace sciwright::energy {

/// More watts than any device of a kind draws; what tells more is broken.
double max_power_w(DeviceKind kind);

/// Whether a device may have used so many joules (0 or more) in so many seconds. Counters tick late
/// (some only once a second), so a second more is granted.
bool is_possible_step(DeviceKind kind, double joules, double elapsed_s);

/// Takes out power and counts that are no number, negative, or more than the device can draw, and
/// describes them in `problems`, as it does the steps of a counter that PowerCurve leaves out,
/// a counter that stands still, and devices that fall silent.
/// Expects samples by time.
void drop_impossible(Trace& trace);

}  // namespace sciwright::energy
