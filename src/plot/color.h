#pragma once

#include <cstddef>
#include <cstdint>

namespace sciwright::plot {

/// An sRGB colour, 0..255 each; opacity_fraction 1 covers what lies below.
struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  double opacity_fraction = 1;

  bool operator==(const Color&) const = default;
};

inline constexpr Color kBlack{0, 0, 0};
inline constexpr Color kWhite{255, 255, 255};
inline constexpr Color kGrey{140, 140, 140};
inline constexpr Color kPurple{128, 0, 160};

/// Colours for lines, bars and categories that people with any colour vision tell apart: the eight
/// of Okabe and Ito (2008, "Color universal design"), those with the best contrast on white first;
/// then lighter and darker shades of them. Repeats after 24.
Color palette_color(std::size_t index);

/// How numbers become colours.
enum class ColorMap {
  kViridis,      ///< Dark blue to yellow, perceptually uniform (Smith and van der Walt, 2015).
  kBlueRed,      ///< Blue, white, red for values around a middle (ColorBrewer RdBu).
  kGreys,        ///< Black to white, for pictures of one band.
  kCategorical,  ///< Value i takes palette_color(i).
};

/// The colour at `fraction` of a continuous map; fractions outside 0..1 take the end's colour.
Color map_color(ColorMap map, double fraction);

/// `color` mixed with `other`; share_fraction is the part of `other`.
Color mixed(const Color& color, const Color& other, double share_fraction);

}  // namespace sciwright::plot
