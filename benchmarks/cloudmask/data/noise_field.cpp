#include "cloudmask/data/noise_field.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel_for.h"
#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

/// Where pixels of one axis lie between lattice points: the point before, and the smoothed part of
/// the way to the next.
struct LatticeAxis {
  std::vector<std::size_t> index;
  std::vector<float> weight;
  std::size_t num_points = 0;
};

LatticeAxis lattice_axis(int length_px, double spacing_px, double offset) {
  LatticeAxis axis;
  for (int i = 0; i < length_px; ++i) {
    const double position = i / spacing_px + offset;
    const double t = position - std::floor(position);
    axis.index.push_back(static_cast<std::size_t>(position));
    axis.weight.push_back(static_cast<float>(t * t * t * (t * (t * 6 - 15) + 10)));
  }
  axis.num_points = axis.index.back() + 2;
  return axis;
}

struct Octave {
  LatticeAxis rows;
  LatticeAxis columns;
  std::vector<float> points;  ///< [rows.num_points, columns.num_points], amplitude included.
};

Octave make_octave(ImageSize size, const NoiseShape& shape, double spacing_px, std::uint64_t seed) {
  RandomStream random(seed);
  Octave octave;
  octave.rows = lattice_axis(size.height_px, spacing_px, random.uniform());
  octave.columns = lattice_axis(size.width_px, spacing_px * shape.stretch, random.uniform());
  const double amplitude = std::pow(spacing_px / shape.largest_px, shape.roughness);
  octave.points.resize(octave.rows.num_points * octave.columns.num_points);
  for (float& point : octave.points) point = static_cast<float>(amplitude * random.normal());
  return octave;
}

/// Adds one row of an octave to `out`; `line` is scratch.
void add_row(const Octave& octave, std::size_t row, std::vector<float>& line, float* out) {
  const std::size_t width = octave.columns.num_points;
  const float* above = octave.points.data() + octave.rows.index[row] * width;
  const float* below = above + width;
  const float down = octave.rows.weight[row];
  line.resize(width);
  for (std::size_t i = 0; i < width; ++i) line[i] = above[i] + down * (below[i] - above[i]);
  for (std::size_t x = 0; x < octave.columns.index.size(); ++x) {
    const float* point = line.data() + octave.columns.index[x];
    out[x] += point[0] + octave.columns.weight[x] * (point[1] - point[0]);
  }
}

/// Sums of a row, in a fixed order.
struct RowSums {
  double sum = 0;
  double squares = 0;
};

}  // namespace

std::vector<float> noise_field(ImageSize size, const NoiseShape& shape, std::uint64_t seed,
                               int num_threads) {
  std::vector<Octave> octaves;
  for (double spacing_px = shape.largest_px; spacing_px >= shape.smallest_px; spacing_px /= 2) {
    octaves.push_back(
        make_octave(size, shape, spacing_px, derive_seed(seed, "octave", octaves.size())));
  }
  const auto width = static_cast<std::size_t>(size.width_px);
  std::vector<float> field(size.num_pixels());
  std::vector<RowSums> sums(static_cast<std::size_t>(size.height_px));
  parallel_for(sums.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    std::vector<float> line;
    for (std::size_t row = begin; row < end; ++row) {
      float* out = field.data() + row * width;
      for (const Octave& octave : octaves) add_row(octave, row, line, out);
      for (std::size_t x = 0; x < width; ++x) {
        sums[row].sum += out[x];
        sums[row].squares += static_cast<double>(out[x]) * out[x];
      }
    }
  });
  RowSums total;
  for (const RowSums& row : sums) {
    total.sum += row.sum;
    total.squares += row.squares;
  }
  const auto n = static_cast<double>(field.size());
  const double mean = total.sum / n;
  const double spread = std::sqrt(std::max(total.squares / n - mean * mean, 1e-12));
  const auto shift = static_cast<float>(mean);
  const auto factor = static_cast<float>(1 / spread);
  for (float& value : field) value = (value - shift) * factor;
  return field;
}

float upper_quantile(const std::vector<float>& field, double fraction) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto above =
      static_cast<std::size_t>(std::llround(fraction * static_cast<double>(field.size())));
  if (above == 0) return kInfinity;
  if (above >= field.size()) return -kInfinity;
  std::vector<float> copy = field;
  const auto at = copy.begin() + static_cast<std::ptrdiff_t>(above);
  std::nth_element(copy.begin(), at, copy.end(), std::greater<>());
  return *at;
}

}  // namespace sciwright::cloudmask
