#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "energy/power_curve.h"
#include "energy/trace.h"
#include "record/intervals.h"

namespace sciwright::energy {

/// The energy of one device in some windows, and how well it is known. What was not measured is
/// absent.
struct DeviceEnergy {
  std::optional<double> joules = {};     ///< By `method`.
  std::string method = {};               ///< "counter", "power", or empty.
  std::optional<double> counter_j = {};  ///< By the hardware's counter.
  std::optional<double> power_j = {};    ///< By the trapezoid rule on sampled power.
  double coverage_fraction = 0;          ///< Of the windows' time, by `method`.
  double longest_gap_s = 0;              ///< Longest time in a window without a sample of either.
  std::optional<double> mean_w = {};     ///< joules over the covered time.
  std::optional<double> max_w = {};      ///< Highest sampled power.
  std::int64_t num_samples = 0;          ///< With power or energy, in the windows.
  Origin origin = Origin::kNone;
};

/// The energy of everything that was measured, each thing once.
struct TotalEnergy {
  std::optional<double> joules = {};
  double coverage_fraction = 0;           ///< The least of the parts'.
  std::vector<std::string> of = {};       ///< The devices that were added: "gpu0", "cpu0".
  std::vector<std::string> missing = {};  ///< Devices beside those that told nothing.
  Origin origin = Origin::kNone;          ///< Estimated when any part is.
};

inline constexpr double kJoulesPerKwh = 3.6e6;

/// Joules out of a trace.
class Accounting final {
 public:
  /// Takes out what cannot be (`drop_impossible`), and names sessions that overlap, in
  /// `trace().problems`.
  explicit Accounting(Trace trace);

  const Trace& trace() const { return trace_; }

  /// From the first sample to the last.
  std::vector<Window> whole() const;

  /// The counter is taken where it covers nearly as much time as the samples of power do (95 %). It
  /// is exact between its ticks; but it may not tick within short windows. `windows` are merged.
  DeviceEnergy of_device(std::size_t device_index, const std::vector<Window>& windows) const;

  /// The node where it was measured nearly as well as its parts (95 % of their coverage), else
  /// GPUs, packages and DRAM, else the platform. A device with several sources counts once, by the
  /// first.
  TotalEnergy total(const std::vector<Window>& windows) const;

  /// The power that `total` adds up, at a moment; nothing where a part is not known.
  std::optional<double> total_power_w(const TotalEnergy& total, std::int64_t utc_ns) const;

 private:
  TotalEnergy sum(const std::vector<DeviceKind>& kinds, const std::vector<Window>& windows) const;

  Trace trace_;
  std::vector<PowerCurve> power_;
  std::vector<PowerCurve> counter_;
};

/// The windows of the ended intervals of a name, merged.
std::vector<Window> windows_of(const std::vector<record::Interval>& intervals,
                               const std::string& name);

}  // namespace sciwright::energy
