#include "cloudmask/data/tiling.h"

#include <algorithm>

#include <fmt/format.h>

namespace sciwright::cloudmask {
namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

/// Copies the part of `window` that lies inside a plane of `size`; the rest of `out` is left.
template <class T>
void copy_inside(std::span<const T> plane, ImageSize size, const Window& window, std::span<T> out) {
  const int left = std::max(window.left_px, 0);
  const int right = std::min(window.left_px + window.size.width_px, size.width_px);
  const int bottom = std::min(window.top_px + window.size.height_px, size.height_px);
  if (left >= right) return;
  for (int row = std::max(window.top_px, 0); row < bottom; ++row) {
    const auto from = static_cast<std::size_t>(row) * size.width_px + left;
    const auto to = static_cast<std::size_t>(row - window.top_px) * window.size.width_px +
                    (left - window.left_px);
    std::copy_n(plane.begin() + from, right - left, out.begin() + to);
  }
}

/// A span that is kept whole between two rows of the image.
TileSpan kept_span(int start_px, int keep_start_px, int keep_end_px) {
  return {start_px, keep_start_px,
          std::vector<float>(static_cast<std::size_t>(keep_end_px - keep_start_px), 1.0F)};
}

TilingAxis compat_axis(int length_px, int patch_px, int crop_px) {
  const int stride = patch_px - crop_px;
  const int count = (length_px + stride - 1) / stride;
  const int cut_before = (count * stride - length_px) / 2;
  TilingAxis axis{length_px, patch_px, {}};
  for (int i = 0; i < count; ++i) {
    const int keep_start = i * stride - cut_before;
    axis.spans.push_back(kept_span(keep_start - crop_px / 2, std::max(keep_start, 0),
                                   std::min(keep_start + stride, length_px)));
  }
  return axis;
}

/// First rows of windows of `tile_px` that cover `aligned_px` rows and overlap by `overlap_px` at
/// least; the first starts with the image, the last ends with it.
std::vector<int> window_starts(int aligned_px, int tile_px, int overlap_px) {
  std::vector<int> starts = {0};
  while (starts.back() + tile_px < aligned_px) {
    starts.push_back(std::min(starts.back() + tile_px - overlap_px, aligned_px - tile_px));
  }
  return starts;
}

TilingAxis exact_axis(int length_px, int tile_px, int margin_px) {
  const int aligned = round_up(length_px, kNetworkAlignmentPx);
  TilingAxis axis{length_px, std::min(tile_px, aligned), {}};
  int kept = 0;
  for (const int start : window_starts(aligned, axis.tile_px, 2 * margin_px)) {
    const int end = start + axis.tile_px;
    const int keep_end = std::min(end == aligned ? end : end - margin_px, length_px);
    axis.spans.push_back(kept_span(start, kept, keep_end));
    kept = keep_end;
  }
  return axis;
}

TilingAxis blended_axis(int length_px, int tile_px, int overlap_px) {
  const int aligned = round_up(length_px, kNetworkAlignmentPx);
  TilingAxis axis{length_px, std::min(tile_px, aligned), {}};
  std::vector<float> total(static_cast<std::size_t>(length_px), 0.0F);
  for (const int start : window_starts(aligned, axis.tile_px, overlap_px)) {
    const int end = std::min(start + axis.tile_px, length_px);
    TileSpan span = kept_span(start, start, end);
    for (int row = start; row < end; ++row) {
      const int from_start = start == 0 ? overlap_px : row - start + 1;
      const int from_end = start + axis.tile_px == aligned ? overlap_px : end - row;
      const auto ramp = static_cast<float>(std::min({from_start, from_end, overlap_px}));
      span.weights[static_cast<std::size_t>(row - start)] = ramp;
      total[static_cast<std::size_t>(row)] += ramp;
    }
    axis.spans.push_back(std::move(span));
  }
  for (TileSpan& span : axis.spans) {
    for (std::size_t i = 0; i < span.weights.size(); ++i) {
      span.weights[i] /= total[static_cast<std::size_t>(span.keep_start_px) + i];
    }
  }
  return axis;
}

void require_image(ImageSize image, Problems& problems) {
  if (image.height_px < 1 || image.width_px < 1) {
    problems.push_back(fmt::format("tiling: the image has {} x {} pixels, expected at least one",
                                   image.height_px, image.width_px));
  }
}

void require_multiple(const char* name, int value_px, Problems& problems) {
  if (value_px > 0 && value_px % kNetworkAlignmentPx == 0) return;
  problems.push_back(fmt::format("tiling: {} is {} px, must be a positive multiple of {}", name,
                                 value_px, kNetworkAlignmentPx));
}

}  // namespace

void copy_window(const Planes& image, const Window& window, std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  const std::size_t pixels = window.size.num_pixels();
  for (int c = 0; c < image.num_channels; ++c) {
    copy_inside<float>(image.plane(c), image.size, window, out.subspan(c * pixels, pixels));
  }
}

void copy_window(const Mask& mask, const Window& window, std::uint8_t outside,
                 std::span<std::uint8_t> out) {
  std::fill(out.begin(), out.end(), outside);
  copy_inside<std::uint8_t>(mask.values, mask.size, window, out);
}

std::vector<Window> training_patches(ImageSize image, int patch_px) {
  if (patch_px < 1 || image.height_px < patch_px || image.width_px < patch_px) {
    throw usage_error(
        fmt::format("a training patch of {0} x {0} pixels does not fit into an image of {1} x {2}",
                    patch_px, image.height_px, image.width_px));
  }
  const int top = image.height_px % patch_px / 2;
  const int left = image.width_px % patch_px / 2;
  std::vector<Window> patches;
  for (int y = 0; y < (image.height_px - 2 * top) / patch_px; ++y) {
    for (int x = 0; x < (image.width_px - 2 * left) / patch_px; ++x) {
      patches.push_back({top + y * patch_px, left + x * patch_px, {patch_px, patch_px}});
    }
  }
  return patches;
}

Window TilingPlan::window(std::size_t index) const {
  const std::size_t across = columns.spans.size();
  return {rows.spans[index / across].start_px, columns.spans[index % across].start_px, tile_size()};
}

TilingPlan compat_tiling(ImageSize image, int patch_px, int crop_px) {
  Problems problems;
  require_image(image, problems);
  if (crop_px < 0 || crop_px % 2 != 0 || crop_px >= patch_px) {
    problems.push_back(
        fmt::format("tiling: the crop is {} px, must be even and from 0 to below the patch ({} px)",
                    crop_px, patch_px));
  }
  throw_if_any(problems);
  return {compat_axis(image.height_px, patch_px, crop_px),
          compat_axis(image.width_px, patch_px, crop_px)};
}

TilingPlan whole_image_tiling(ImageSize image) {
  const int largest_px = round_up(std::max(image.height_px, image.width_px), kNetworkAlignmentPx);
  return exact_tiling(image, std::max(largest_px, 128));
}

TilingPlan exact_tiling(ImageSize image, int tile_px, int margin_px) {
  Problems problems;
  require_image(image, problems);
  require_multiple("the tile", tile_px, problems);
  require_multiple("the margin", margin_px, problems);
  if (margin_px < kNetworkRadiusPx || 2 * margin_px >= tile_px) {
    problems.push_back(
        fmt::format("tiling: the margin is {} px, must be from {} to below half a tile ({} px)",
                    margin_px, round_up(kNetworkRadiusPx, kNetworkAlignmentPx), tile_px));
  }
  throw_if_any(problems);
  return {exact_axis(image.height_px, tile_px, margin_px),
          exact_axis(image.width_px, tile_px, margin_px)};
}

TilingPlan blended_tiling(ImageSize image, int tile_px, int overlap_px) {
  Problems problems;
  require_image(image, problems);
  require_multiple("the tile", tile_px, problems);
  require_multiple("the overlap", overlap_px, problems);
  if (2 * overlap_px > tile_px) {
    problems.push_back(fmt::format("tiling: the overlap is {} px, must be at most half a tile ({})",
                                   overlap_px, tile_px));
  }
  throw_if_any(problems);
  return {blended_axis(image.height_px, tile_px, overlap_px),
          blended_axis(image.width_px, tile_px, overlap_px)};
}

Stitcher::Stitcher(const TilingPlan& plan) : plan_(plan), image_(1, plan.image_size()) {}

void Stitcher::add(std::size_t index, std::span<const float> output) {
  const std::size_t across = plan_.columns.spans.size();
  const TileSpan& row_span = plan_.rows.spans[index / across];
  const TileSpan& column_span = plan_.columns.spans[index % across];
  for (std::size_t y = 0; y < row_span.weights.size(); ++y) {
    const std::size_t row = row_span.keep_start_px + y;
    const float* from = output.data() + (row - row_span.start_px) * plan_.columns.tile_px +
                        (column_span.keep_start_px - column_span.start_px);
    float* to = image_.values.data() + row * plan_.columns.length_px + column_span.keep_start_px;
    for (std::size_t x = 0; x < column_span.weights.size(); ++x) {
      to[x] += row_span.weights[y] * column_span.weights[x] * from[x];
    }
  }
}

}  // namespace sciwright::cloudmask
