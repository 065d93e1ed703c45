#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/run_set.h"
#include "report/table.h"
#include "stats/bootstrap.h"

namespace sciwright::report {

/// What a quantity of a run is made of: setup + slope · epochs, and how well that is known.
struct EpochModel {
  double setup = 0;
  double slope = 0;  ///< For each epoch.
  std::size_t num_runs = 0;
  double least_epochs = 0;  ///< Of the runs it comes from.
  double most_epochs = 0;
  /// Variances that a further run's total has, and their degrees of freedom: of the setup from run
  /// to run; of the slope from run to run (times epochs²); of single epochs (times epochs). Zero
  /// degrees: not known, counted as none.
  struct Part {
    double variance = 0;
    double freedom = 0;
    int power = 0;  ///< Of the epochs.
  };
  std::vector<Part> parts = {};

  double at(double epochs) const { return setup + slope * epochs; }
  /// Where a further run's total lies with this confidence (two-sided), never below 0;
  /// nothing when nothing is known of the spread.
  std::optional<stats::Interval> interval(double epochs, double confidence) const;
  /// What a further run stays below with this chance.
  std::optional<double> bound(double epochs, double chance) const;
};

/// One run as a model sees it.
struct EpochSample {
  double epochs = 0;
  double total = 0;
  std::vector<double> by_epoch = {};  ///< Of each epoch, in their order; or empty.
};

/// Fits a model. With the epochs of every run: the slope is their mean after the first, what is
/// left of the totals is setup; intervals are rather too wide than too narrow. Without them: a
/// straight line through the totals, which needs runs of different lengths. Nothing when there is
/// too little.
std::optional<EpochModel> fit_epochs(const std::vector<EpochSample>& samples);

/// The same for a peak, as of memory, which longer runs do not lower: a straight line where it
/// rises with the epochs by more than chance (Student's t, one-sided, 5 %), else a constant.
std::optional<EpochModel> fit_peaks(const std::vector<EpochSample>& samples);

/// Models of the runs that are alike in all but their length.
struct Prediction {
  std::map<std::string, std::string> labels =
      {};  ///< benchmark, model, device, file_system, system
           ///< and parameters, where runs differ in them.
  std::map<std::string, EpochModel> models =
      {};                               ///< By path: times_s.Total, energy.joules, memory.
  std::optional<double> num_gpus = {};  ///< That a run had; nothing where it had none.
  /// Means over the runs of what their training read, per epoch, for other storage.
  std::optional<double> read_bytes_per_epoch = {};
  std::optional<double> wait_s_per_epoch = {};
  std::optional<double> train_s_per_epoch = {};
};

/// Finds the groups of runs and fits their models. The length is `details.model.epochs_run`, else
/// `epochs_run`, else a parameter epochs.
std::vector<Prediction> predict(const RunSet& set);

/// The seconds of an epoch with storage that gives so much: reading goes on beside computing, so
/// the slower of both counts. Nothing where stalls were not measured.
std::optional<double> epoch_s_with_bandwidth(const Prediction& prediction, double bytes_per_s);

}  // namespace sciwright::report
