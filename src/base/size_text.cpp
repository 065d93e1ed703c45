#include "base/size_text.h"

#include <fmt/format.h>

namespace sciwright {

std::string size_text(double bytes) {
  constexpr double kRoundedUp = 999.5;  // three digits would show it as 1e+03
  const char* unit = "B";
  for (const char* next : {"kB", "MB", "GB", "TB", "PB"}) {
    if (bytes < kRoundedUp) break;
    bytes /= 1000;
    unit = next;
  }
  return fmt::format("{:.3g} {}", bytes, unit);
}

}  // namespace sciwright
