#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "cloudmask/data/planes.h"

namespace sciwright::cloudmask {

/// A rectangle of an image; it may reach over the image's edges.
struct Window {
  int top_px = 0;
  int left_px = 0;
  ImageSize size;

  bool operator==(const Window&) const = default;
};

/// The window of all channels, [C, window height, window width]; zeros beyond the image's edges,
/// so normalise first (the reference pads after normalising).
void copy_window(const Planes& image, const Window& window, std::span<float> out);
/// The same of a mask; `outside` beyond the edges.
void copy_window(const Mask& mask, const Window& window, std::uint8_t outside,
                 std::span<std::uint8_t> out);

/// The reference's training patches (spec 2.2), row by row: (H mod p) / 2 rows are cut off top and
/// bottom, likewise columns, the rest is divided into squares that do not overlap. 1200×1500 with
/// 256 gives 4×5 patches from row 88 and column 110. Throws a usage error for an image smaller than
/// a patch.
std::vector<Window> training_patches(ImageSize image, int patch_px);

/// What one tile adds along one axis.
struct TileSpan {
  int start_px = 0;            ///< First row of the window; may be negative.
  int keep_start_px = 0;       ///< First row of the image that the tile's output is used for.
  std::vector<float> weights;  ///< Its share of these rows; the shares of all tiles sum to 1.
};

/// The tiles along one axis of an image.
struct TilingAxis {
  int length_px = 0;  ///< Of the image.
  int tile_px = 0;    ///< Of every window.
  std::vector<TileSpan> spans;
};

/// How a whole image goes through the network: windows of one size, and which part of each output
/// is kept. Tiles are numbered row by row.
struct TilingPlan {
  TilingAxis rows;
  TilingAxis columns;

  std::size_t num_tiles() const { return rows.spans.size() * columns.spans.size(); }
  ImageSize image_size() const { return {rows.length_px, columns.length_px}; }
  ImageSize tile_size() const { return {rows.tile_px, columns.tile_px}; }
  /// What to feed as tile `index`; see copy_window.
  Window window(std::size_t index) const;
};

/// The reference's test tiling (spec 2.3): TensorFlow's padding SAME with stride patch − crop, so
/// that what is added is split on both sides; the central (patch − crop)² pixels are kept.
/// 1200×1500 with 256 and 80 gives 7×9 tiles, 56 rows and 82 columns added on each side. `crop_px`
/// must be even and less than `patch_px`; a usage error otherwise.
TilingPlan compat_tiling(ImageSize image, int patch_px, int crop_px);

/// The U-Net halves its input three times: windows must start and end at multiples of this.
inline constexpr int kNetworkAlignmentPx = 8;
/// No output pixel of the U-Net depends on an input pixel further away than this (2+4+8+16+8+4+2 by
/// its convolutions, 7 by its pooling).
inline constexpr int kNetworkRadiusPx = 51;

/// One tile: the image, zeros added below and right up to a multiple of kNetworkAlignmentPx.
TilingPlan whole_image_tiling(ImageSize image);

/// Tiles whose output equals that of whole_image_tiling: windows start at multiples of
/// kNetworkAlignmentPx, end with the (aligned) image at its edges and drop `margin_px` pixels
/// inside it. `tile_px` must be a multiple of the alignment; so is the margin, at least 56, and
/// less than half a tile; a usage error otherwise.
TilingPlan exact_tiling(ImageSize image, int tile_px, int margin_px = 56);

/// Tiles that overlap by `overlap_px` at least, their outputs mixed with weights that fall linearly
/// over the overlap. `tile_px` and `overlap_px` must be multiples of the alignment, the overlap at
/// most half a tile; a usage error otherwise.
TilingPlan blended_tiling(ImageSize image, int tile_px, int overlap_px);

/// Puts the network's outputs together. Tiles may come in any order; each once.
class Stitcher final {
 public:
  /// `plan` must outlive the stitcher.
  explicit Stitcher(const TilingPlan& plan);

  /// Adds the output of tile `index`, [tile height, tile width].
  void add(std::size_t index, std::span<const float> output);

  /// [1, H, W]; call once, after the last tile.
  Planes finish() { return std::move(image_); }

 private:
  const TilingPlan& plan_;
  Planes image_;
};

}  // namespace sciwright::cloudmask
