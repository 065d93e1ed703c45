#pragma once

#include "earthquake/data/picture_task.h"
#include "plot/figure.h"

namespace sciwright::earthquake {

/// Training and validation loss over the epochs, logarithmic, the best epoch marked.
plot::Figure loss_picture(const std::vector<EpochLoss>& history);

/// Observation, forecast and their difference over time for parameter `index` of the task:
/// normalised magnitudes summed over the training pixels (left) and the validation pixels (right),
/// or over all where pixels are not split. The largest earthquakes in one of these pixels are
/// marked black, those in a pixel next to one purple.
plot::Figure forecast_picture(const PictureTask& task, std::size_t index);

/// Magnitudes of the fortnights and numbers of large events, summed over the grid, with the
/// largest earthquakes.
plot::Figure observables_picture(const Dataset& dataset);

}  // namespace sciwright::earthquake
