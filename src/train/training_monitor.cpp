#include "train/training_monitor.h"

#include <cmath>

namespace sciwright::train {

MonitorAdvice TrainingMonitor::advise(double training_loss) {
  if (std::isnan(training_loss)) return MonitorAdvice::kRestore;
  const bool is_first = num_epochs_++ == 0;
  const double rise = training_loss - last_;
  const bool jumped =
      !is_first && (rise > settings_.bad_jump_fraction * std::abs(last_) ||
                    (last_change_ > 0 && rise > settings_.little_jump * last_change_));
  if (is_first || training_loss < best_) {
    best_ = training_loss;
    last_change_ = is_first ? 0 : std::abs(rise);
    last_ = training_loss;
    failures_ = 0;
    return ++successes_ >= settings_.success_limit ? MonitorAdvice::kSave
                                                   : MonitorAdvice::kContinue;
  }
  successes_ = 0;
  ++failures_;
  if (jumped || failures_ >= settings_.failure_limit) {
    failures_ = 0;
    last_ = best_;
    return MonitorAdvice::kRestore;
  }
  last_change_ = std::abs(rise);
  last_ = training_loss;
  return MonitorAdvice::kContinue;
}

}  // namespace sciwright::train
