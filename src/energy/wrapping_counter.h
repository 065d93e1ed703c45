#pragma once

#include <cstdint>
#include <optional>

namespace sciwright::energy {

/// Makes one growing number of joules of a counter that starts again at 0 when it reaches its
/// range. When a reading comes so late that it may have wrapped more than once, counting begins
/// anew at 0; when it falls though the range cannot have been reached (it was set back), at what it
/// shows: what was used since is not known.
class WrappingCounter final {
 public:
  /// More than any socket draws; decides how late is too late, and how far it may rise.
  static constexpr double kMaxPowerW = 1000;

  /// Counters tick late, but not later.
  static constexpr double kTickSeconds = 1;

  /// `range_j` is the value at which the counter starts again; 0: it never does.
  explicit WrappingCounter(double range_j) : range_j_(range_j) {}

  /// The joules so far, given what the counter shows (0 … range) at a moment.
  double update(double raw_j, std::int64_t steady_ns);

 private:
  double range_j_;
  double total_j_ = 0;
  std::optional<double> last_raw_j_;
  std::int64_t last_ns_ = 0;
};

}  // namespace sciwright::energy
