#include "plot/raster.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "plot/scale.h"

namespace sciwright::plot {
namespace {

constexpr int kPixelsPerCssPixel = 2;  // what a sharp screen or print can still show

using Rgba = std::array<std::uint8_t, 4>;

constexpr Rgba kTransparent = {0, 0, 0, 0};

Rgba opaque(const Color& color) { return {color.red, color.green, color.blue, 255}; }

Rgba category_rgba(double value) {
  if (!(value >= 0 && value < 1e6)) return kTransparent;
  return opaque(palette_color(static_cast<std::size_t>(value)));
}

std::uint8_t* pixel(Raster& raster, int row, int col) {
  return raster.rgba.data() + 4 * (static_cast<std::ptrdiff_t>(row) * raster.cols + col);
}

void mirror_columns(Raster& raster) {
  for (int row = 0; row < raster.rows; ++row) {
    for (int col = 0; col < raster.cols / 2; ++col) {
      std::uint8_t* left = pixel(raster, row, col);
      std::swap_ranges(left, left + 4, pixel(raster, row, raster.cols - 1 - col));
    }
  }
}

void mirror_rows(Raster& raster) {
  for (int row = 0; row < raster.rows / 2; ++row) {
    std::uint8_t* upper = pixel(raster, row, 0);
    std::swap_ranges(upper, upper + 4 * static_cast<std::ptrdiff_t>(raster.cols),
                     pixel(raster, raster.rows - 1 - row, 0));
  }
}

/// Mean of a block, colours weighted by their opacity; cut off at the raster's edge.
Rgba block_mean(Raster& raster, int first_row, int first_col, int side) {
  std::array<std::int64_t, 4> sum = {};
  const int end_row = std::min(first_row + side, raster.rows);
  const int end_col = std::min(first_col + side, raster.cols);
  for (int row = first_row; row < end_row; ++row) {
    for (int col = first_col; col < end_col; ++col) {
      const std::uint8_t* rgba = pixel(raster, row, col);
      for (std::size_t c = 0; c < 3; ++c) sum[c] += std::int64_t{rgba[c]} * rgba[3];
      sum[3] += rgba[3];
    }
  }
  if (sum[3] == 0) return kTransparent;
  const std::int64_t count = std::int64_t{end_row - first_row} * (end_col - first_col);
  Rgba mean;
  for (std::size_t c = 0; c < 3; ++c) {
    mean[c] = static_cast<std::uint8_t>((sum[c] + sum[3] / 2) / sum[3]);
  }
  mean[3] = static_cast<std::uint8_t>((sum[3] + count / 2) / count);
  return mean;
}

Raster shrunk(Raster raster, int side) {
  Raster small{.rect = raster.rect,
               .rows = (raster.rows + side - 1) / side,
               .cols = (raster.cols + side - 1) / side};
  // The last blocks may reach beyond the edge: the rectangle grows with them.
  small.rect.width_px *= static_cast<double>(small.cols * side) / raster.cols;
  small.rect.height_px *= static_cast<double>(small.rows * side) / raster.rows;
  small.rgba.reserve(static_cast<std::size_t>(small.rows) * static_cast<std::size_t>(small.cols) *
                     4);
  for (int row = 0; row < raster.rows; row += side) {
    for (int col = 0; col < raster.cols; col += side) {
      const Rgba mean = block_mean(raster, row, col, side);
      small.rgba.insert(small.rgba.end(), mean.begin(), mean.end());
    }
  }
  return small;
}

}  // namespace

Raster raster_of(const Heatmap& heatmap) {
  Raster raster{.rect = {}, .rows = heatmap.rows, .cols = heatmap.cols};
  raster.rgba.reserve(heatmap.values.size() * 4);
  const Scale scale = color_scale(heatmap);
  for (const double value : heatmap.values) {
    const double fraction = scale.fraction(value);
    const Rgba rgba = heatmap.map == ColorMap::kCategorical ? category_rgba(value)
                      : std::isnan(fraction)                ? kTransparent
                                             : opaque(map_color(heatmap.map, fraction));
    raster.rgba.insert(raster.rgba.end(), rgba.begin(), rgba.end());
  }
  return raster;
}

Raster raster_of(const RgbImage& image) {
  Raster raster{.rect = {}, .rows = image.rows, .cols = image.cols};
  raster.rgba.reserve(image.rgb.size() / 3 * 4);
  for (std::size_t i = 0; i + 2 < image.rgb.size(); i += 3) {
    raster.rgba.insert(raster.rgba.end(), {image.rgb[i], image.rgb[i + 1], image.rgb[i + 2], 255});
  }
  return raster;
}

Raster fitted_to_page(Raster raster) {
  Rect& rect = raster.rect;
  if (rect.width_px < 0) {
    mirror_columns(raster);
    rect = {rect.right_px(), rect.y_px, -rect.width_px, rect.height_px};
  }
  if (rect.height_px < 0) {
    mirror_rows(raster);
    rect = {rect.x_px, rect.bottom_px(), rect.width_px, -rect.height_px};
  }
  const double density = std::min(raster.cols / rect.width_px, raster.rows / rect.height_px);
  const int side = static_cast<int>(std::min(density / kPixelsPerCssPixel, 1e4));
  return side >= 2 ? shrunk(std::move(raster), side) : raster;
}

}  // namespace sciwright::plot
