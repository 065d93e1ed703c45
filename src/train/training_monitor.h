#pragma once

namespace sciwright::train {

/// The reference's TrainingMonitor (spec earthquake 3.1) with its run's limits: validation is not
/// watched.
struct TrainingMonitorSettings {
  int success_limit = 1;           ///< Successes in a row before a checkpoint.
  int failure_limit = 2;           ///< Failures in a row before going back.
  double bad_jump_fraction = 0.2;  ///< A rise above this part of the last loss goes back at once.
  double little_jump = 2;          ///< So does one above this many times the last change.
};

/// What the monitor wants after an epoch.
enum class MonitorAdvice {
  kContinue,
  kSave,     ///< The training loss is the lowest so far: keep these weights.
  kRestore,  ///< The loss jumped, failed twice or is NaN: go back to the kept weights.
};

/// Watches the training loss epoch by epoch.
class TrainingMonitor final {
 public:
  explicit TrainingMonitor(TrainingMonitorSettings settings = {}) : settings_(settings) {}

  MonitorAdvice advise(double training_loss);

 private:
  TrainingMonitorSettings settings_;
  double best_ = 0;
  double last_ = 0;
  double last_change_ = 0;
  int num_epochs_ = 0;
  int successes_ = 0;
  int failures_ = 0;
};

}  // namespace sciwright::train
