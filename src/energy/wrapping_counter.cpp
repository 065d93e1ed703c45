#include "energy/wrapping_counter.h"

namespace sciwright::energy {

double WrappingCounter::update(double raw_j, std::int64_t steady_ns) {
  const double elapsed_s = static_cast<double>(steady_ns - last_ns_) * 1e-9;
  last_ns_ = steady_ns;
  if (!last_raw_j_) {
    total_j_ = raw_j;
  } else if (range_j_ > 0 && elapsed_s * kMaxPowerW > range_j_) {
    total_j_ = 0;
  } else if (raw_j >= *last_raw_j_) {
    total_j_ += raw_j - *last_raw_j_;
  } else if (range_j_ > 0) {
    const double wrapped_j = raw_j + range_j_ - *last_raw_j_;
    const bool has_wrapped = wrapped_j <= kMaxPowerW * (elapsed_s + kTickSeconds);
    const double anew_j = raw_j < total_j_ ? raw_j : 0;  // what falls is seen; shown as it is told
    total_j_ = has_wrapped ? total_j_ + wrapped_j : anew_j;
  } else {
    total_j_ = raw_j;
  }
  last_raw_j_ = raw_j;
  return total_j_;
}

}  // namespace sciwright::energy
