#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "energy/trace.h"

namespace sciwright::energy {

/// A stretch of time, in UTC nanoseconds.
struct Window {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};

/// The windows in order, those that touch or overlap joined, empty ones left out.
std::vector<Window> merged(std::vector<Window> windows);

/// The seconds of merged windows.
double length_s(const std::vector<Window>& windows);

/// The samples of one device, by session and time.
std::vector<const Sample*> samples_of(const Trace& trace, std::size_t device_index);

/// The longest time that a straight line between two such samples may cross: five times the median
/// of all within sessions.
std::int64_t longest_line_ns(const std::vector<const Sample*>& samples);

/// Gets two neighbouring counts of a device in one session, and whether so much can have been used
/// between them (else the counter was set back, or jumped).
using VisitStep = std::function<void(const Sample& from, const Sample& to, bool is_possible)>;

/// Calls `visit` for each step of a device's counter, from tick to tick.
void visit_counter_steps(const Trace& trace, std::size_t device_index, const VisitStep& visit);

/// The power of one device over time, known in pieces. Nothing is assumed between them.
class PowerCurve final {
 public:
  /// Straight lines between neighbouring samples of power (the trapezoid rule). No line over a
  /// sample without power, from session to session, or over a gap of more than five times the
  /// median. Where sessions overlap, the one that began first counts.
  static PowerCurve of_power(const Trace& trace, std::size_t device_index);

  /// Constant power between ticks of the energy counter. No piece where the counter fell, where
  /// it rose by more than the device can draw, or where a session ended.
  static PowerCurve of_counter(const Trace& trace, std::size_t device_index);

  /// The integral over merged windows, as far as the curve is known.
  double joules(const std::vector<Window>& windows) const;

  /// For how long of the windows the curve is known.
  double covered_s(const std::vector<Window>& windows) const;

  /// The power at a moment, where it is known.
  std::optional<double> power_w(std::int64_t utc_ns) const;

 private:
  struct Piece {
    std::int64_t begin_ns;
    std::int64_t end_ns;
    double begin_w;
    double end_w;

    double power_w(std::int64_t utc_ns) const;
  };
  void leave_out_overlaps();
  template <class Visit>
  void visit(const std::vector<Window>& windows, const Visit& visit_piece) const;

  std::vector<Piece> pieces_;  ///< In order, without overlap.
};

}  // namespace sciwright::energy
