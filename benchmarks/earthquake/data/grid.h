#pragma once

#include <optional>

namespace sciwright::earthquake {

/// The benchmark's grid: 32–36 N, 120–114 W, pixels of 0.1°, 40 rows × 60 columns, row 0 in the
/// north. `loc` = row * 60 + column.
inline constexpr int kGridRows = 40;
inline constexpr int kGridColumns = 60;
inline constexpr int kGridPixels = kGridRows * kGridColumns;
inline constexpr double kNorthDeg = 36;
inline constexpr double kSouthDeg = 32;
inline constexpr double kWestDeg = -120;
inline constexpr double kEastDeg = -114;
inline constexpr double kPixelDeg = 0.1;

/// The pixel of a place, or nothing outside the closed box. Points on the east and south border
/// belong to the last column and row.
std::optional<int> pixel_of(double latitude_deg, double longitude_deg);

/// Centre of a pixel.
double pixel_latitude_deg(int loc);
double pixel_longitude_deg(int loc);

}  // namespace sciwright::earthquake
