#include "plot/color.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace sciwright::plot {
namespace {

constexpr std::array<Color, 8> kOkabeIto = {{{0, 114, 178},
                                             {213, 94, 0},
                                             {0, 158, 115},
                                             {204, 121, 167},
                                             {230, 159, 0},
                                             {86, 180, 233},
                                             {0, 0, 0},
                                             {240, 228, 66}}};

// Eleven equidistant colours of each map; between them straight lines in sRGB, which stay within
// three levels of the original.
constexpr std::array<Color, 11> kViridisStops = {{{68, 1, 84},
                                                  {72, 37, 118},
                                                  {65, 68, 135},
                                                  {53, 96, 141},
                                                  {42, 120, 142},
                                                  {33, 144, 140},
                                                  {34, 168, 132},
                                                  {67, 191, 113},
                                                  {122, 209, 81},
                                                  {187, 223, 39},
                                                  {253, 231, 37}}};
constexpr std::array<Color, 11> kBlueRedStops = {{{5, 48, 97},
                                                  {33, 102, 172},
                                                  {67, 147, 195},
                                                  {146, 197, 222},
                                                  {209, 229, 240},
                                                  {247, 247, 247},
                                                  {253, 219, 199},
                                                  {244, 165, 130},
                                                  {214, 96, 77},
                                                  {178, 24, 43},
                                                  {103, 0, 31}}};
constexpr std::array<Color, 2> kGreysStops = {{kBlack, kWhite}};

std::span<const Color> stops_of(ColorMap map) {
  switch (map) {
    case ColorMap::kBlueRed:
      return kBlueRedStops;
    case ColorMap::kGreys:
      return kGreysStops;
    case ColorMap::kCategorical:
      return kOkabeIto;
    case ColorMap::kViridis:
      break;
  }
  return kViridisStops;
}

std::uint8_t mixed_level(std::uint8_t a, std::uint8_t b, double share_fraction) {
  return static_cast<std::uint8_t>(std::lround(a + (b - a) * share_fraction));
}

}  // namespace

Color palette_color(std::size_t index) {
  const Color base = kOkabeIto[index % kOkabeIto.size()];
  switch (index / kOkabeIto.size() % 3) {
    case 1:
      return mixed(base, kWhite, 0.5);
    case 2:
      return mixed(base, {90, 90, 90}, 0.5);
    default:
      return base;
  }
}

Color map_color(ColorMap map, double fraction) {
  const std::span<const Color> stops = stops_of(map);
  const auto last = static_cast<double>(stops.size() - 1);
  const double place = std::clamp(fraction, 0.0, 1.0) * last;
  const double below = std::min(std::floor(place), last - 1);
  const auto index = static_cast<std::size_t>(below);
  return mixed(stops[index], stops[index + 1], place - below);
}

Color mixed(const Color& color, const Color& other, double share_fraction) {
  return {mixed_level(color.red, other.red, share_fraction),
          mixed_level(color.green, other.green, share_fraction),
          mixed_level(color.blue, other.blue, share_fraction), color.opacity_fraction};
}

}  // namespace sciwright::plot
