#include "earthquake/data/grid.h"

#include <algorithm>
#include <cmath>

namespace sciwright::earthquake {
namespace {

// Decimal degrees such as -114.3 have no exact binary form; without the nudge they fall into the
// pixel before.
constexpr double kNudge = 1e-9;

int cell(double offset_deg, int count) {
  return std::clamp(static_cast<int>(std::floor(offset_deg / kPixelDeg + kNudge)), 0, count - 1);
}

}  // namespace

std::optional<int> pixel_of(double latitude_deg, double longitude_deg) {
  const bool inside = latitude_deg >= kSouthDeg && latitude_deg <= kNorthDeg &&
                      longitude_deg >= kWestDeg && longitude_deg <= kEastDeg;
  if (!inside) return std::nullopt;
  const int row = cell(kNorthDeg - latitude_deg, kGridRows);
  const int column = cell(longitude_deg - kWestDeg, kGridColumns);
  return row * kGridColumns + column;
}

double pixel_latitude_deg(int loc) { return kNorthDeg - (loc / kGridColumns + 0.5) * kPixelDeg; }

double pixel_longitude_deg(int loc) { return kWestDeg + (loc % kGridColumns + 0.5) * kPixelDeg; }

}  // namespace sciwright::earthquake
