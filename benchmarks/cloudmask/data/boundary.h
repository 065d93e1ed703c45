#pragma once

#include "cloudmask/data/planes.h"

namespace sciwright::cloudmask {

/// The pixels of a mask at most `width_px` (along rows, columns and diagonals) from a pixel that is
/// 0 or lies outside the image: the inner contour of Boundary IoU (Cheng et al. 2021, CVPR). Takes
/// time in proportion to the pixels, whatever the width.
Mask boundary_band(const Mask& mask, int width_px);

}  // namespace sciwright::cloudmask
