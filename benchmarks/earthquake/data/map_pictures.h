#pragma once

#include "earthquake/data/outlook.h"
#include "earthquake/data/picture_task.h"
#include "plot/figure.h"

namespace sciwright::earthquake {

/// Maps of the events of m ≥ 3.29 (logarithmic) and of the mean magnitude of a fortnight.
plot::Figure activity_picture(const Dataset& dataset);

/// The NNSE of each pixel in shown_period(), a map per parameter. White is 0.5, the skill of the
/// pixel's own mean; red is better.
plot::Figure nnse_map_picture(const PictureTask& task);

/// A forecast, a map per parameter in magnitudes.
plot::Figure outlook_picture(const Outlook& outlook);

/// The same less climatology: red where more is expected than in the mean so far.
plot::Figure outlook_excess_picture(const Outlook& outlook);

/// The four fault labels.
plot::Figure fault_picture(const Dataset& dataset);

/// Training and validation pixels, and the largest earthquakes.
plot::Figure pixel_picture(const Dataset& dataset);

/// The curve that numbers the faults.
plot::Figure gilbert_picture();

}  // namespace sciwright::earthquake
