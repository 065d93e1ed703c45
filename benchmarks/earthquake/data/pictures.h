#pragma once

#include <filesystem>

#include "earthquake/data/outlook.h"
#include "earthquake/data/picture_task.h"

namespace sciwright::earthquake {

/// Writes the plots of a run into `folder` (made when missing), each as .svg and .png, on
/// task.num_threads threads: loss (when there is a history), nnse, nnse_map, forecast_<parameter>
/// for each parameter (see picture_name), observables, activity, faults, pixels, gilbert_curve.
/// Equal tasks give equal files. Throws a failure when a file cannot be written.
void write_pictures(const PictureTask& task, const std::filesystem::path& folder);

/// Writes forecast_map and forecast_excess_map into `folder`, each as .svg and .png.
void write_outlook_pictures(const Outlook& outlook, const std::filesystem::path& folder);

/// The file name of a parameter's picture: "forecast_year_back_2wk_7".
std::string picture_name(const PredictionParameter& parameter);

}  // namespace sciwright::earthquake
