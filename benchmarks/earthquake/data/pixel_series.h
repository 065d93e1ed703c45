#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace sciwright::earthquake {

/// One time series per pixel: [pixels, times], a pixel's times side by side.
template <class T>
struct PixelSeries {
  int num_pixels = 0;
  int num_times = 0;
  std::vector<T> values;

  PixelSeries() = default;
  PixelSeries(int pixels, int times, T fill = {})
      : num_pixels(pixels),
        num_times(times),
        values(static_cast<std::size_t>(pixels) * static_cast<std::size_t>(times), fill) {}

  std::span<T> row(int pixel) { return {values.data() + offset(pixel), length()}; }
  std::span<const T> row(int pixel) const { return {values.data() + offset(pixel), length()}; }
  T& at(int pixel, int time) { return values[offset(pixel) + static_cast<std::size_t>(time)]; }
  const T& at(int pixel, int time) const {
    return values[offset(pixel) + static_cast<std::size_t>(time)];
  }

 private:
  std::size_t length() const { return static_cast<std::size_t>(num_times); }
  std::size_t offset(int pixel) const { return static_cast<std::size_t>(pixel) * length(); }
};

/// The rows of some pixels, in the order of `locs`.
template <class T>
PixelSeries<T> select_pixels(const PixelSeries<T>& series, const std::vector<int>& locs) {
  PixelSeries<T> selected(static_cast<int>(locs.size()), series.num_times);
  for (std::size_t i = 0; i < locs.size(); ++i) {
    const std::span<const T> row = series.row(locs[i]);
    std::copy(row.begin(), row.end(), selected.row(static_cast<int>(i)).begin());
  }
  return selected;
}

}  // namespace sciwright::earthquake
