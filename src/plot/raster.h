#pragma once

#include "plot/drawing.h"

namespace sciwright::plot {

/// The heatmap's colours; gaps and unknown categories are transparent. The rectangle is left empty.
Raster raster_of(const Heatmap& heatmap);
Raster raster_of(const RgbImage& image);

/// The raster with a rectangle of positive size (mirrored where it was negative) and, averaged over
/// blocks, not many more pixels than can be seen.
Raster fitted_to_page(Raster raster);

}  // namespace sciwright::plot
