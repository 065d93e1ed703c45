#pragma once

#include <functional>
#include <string>
#include <vector>

#include "earthquake/data/active_pixels.h"
#include "earthquake/data/baselines.h"
#include "earthquake/data/event.h"
#include "earthquake/data/fortnights.h"
#include "earthquake/data/pixel_history.h"
#include "earthquake/data/pixel_split.h"
#include "earthquake/data/protocol.h"
#include "earthquake/data/quantities.h"
#include "earthquake/data/sequence_features.h"
#include "earthquake/data/settings.h"
#include "earthquake/data/top_earthquakes.h"

namespace sciwright::earthquake {

/// All that is known before anything is forecast.
struct Dataset {
  Catalogue facts;          ///< Counts, source and hash; no events.
  bool from_cache = false;  ///< The binned cache was used.
  Fortnights fortnights;
  std::vector<TopEarthquake> top_earthquakes;
  FaultLabels faults;
  std::string fault_source;  ///< Where the labels come from, one sentence.
  ActivePixels active;       ///< By the rule of spec 1.6, also where a reference list is used.
  PixelSplit split;          ///< The run's pixels.
  bool pixels_from_reference = false;
  Protocol protocol;
  std::vector<QuantityStatistics> scales;  ///< Over the protocol's normalisation period.
  PixelHistory history;                    ///< Of the run's pixels.
  PixelSeries<double> means;  ///< target_window_means() of these pixels over the fit period.
  int num_time_points = 0;    ///< Of the axis of the functions of time, see num_time_points().

  /// What baselines and scores work on; refers to this data set.
  BaselineTask baseline_task(int num_threads) const;
  /// What networks' inputs are made of; refers to this data set.
  FeatureSource feature_source(int num_threads) const;
};

/// Reads or simulates the catalogue and prepares everything up to scores' inputs. `say` gets lines
/// for people. Throws usage errors for bad input.
Dataset load_dataset(const Settings& settings, int num_threads,
                     const std::function<void(const std::string&)>& say);

/// Catalogue, pixels, split and faults in a few lines for people.
std::string describe(const Dataset& dataset);

/// The statistics of the quantities over the whole axis as the reference logs them: a table for
/// people.
std::string statistics_text(const Dataset& dataset, int num_threads);

}  // namespace sciwright::earthquake
