#include "report/overfitting.h"

#include <algorithm>
#include <cmath>

namespace sciwright::report {
namespace {

/// The first epoch of the stretch up to the end in which training loss is below validation loss.
std::optional<std::size_t> crossing(const std::vector<double>& train,
                                    const std::vector<double>& validation) {
  std::optional<std::size_t> first;
  for (std::size_t i = validation.size(); i-- > 0;) {
    if (std::isnan(train[i]) || std::isnan(validation[i])) continue;
    if (train[i] >= validation[i]) break;
    first = i + 1;
  }
  return first;
}

/// Seconds of the epochs behind `stop`.
std::optional<double> seconds_behind(const History& history, std::size_t stop) {
  const std::vector<double>* train = history.column("train_s");
  if (train == nullptr) return std::nullopt;
  const std::vector<double>* validation = history.column("validation_s");
  double sum = 0;
  for (std::size_t i = stop; i < train->size(); ++i) {
    if (!std::isnan((*train)[i])) sum += (*train)[i];
    if (validation != nullptr && !std::isnan((*validation)[i])) sum += (*validation)[i];
  }
  return sum;
}

}  // namespace

std::optional<Overfitting> overfitting_of(const History& history, std::size_t patience) {
  const std::vector<double>* losses = history.column("validation_loss");
  if (losses == nullptr) return std::nullopt;
  Overfitting out;
  for (std::size_t i = 0; i < losses->size(); ++i) {
    const double loss = (*losses)[i];
    if (std::isnan(loss)) continue;
    if (out.best_epoch == 0 || loss < out.best_validation_loss) {
      out.best_epoch = i + 1;
      out.best_validation_loss = loss;
    }
    out.last_validation_loss = loss;
    out.num_epochs = i + 1;
    if (out.stop_epoch == 0 && i + 1 - out.best_epoch >= patience) {
      out.stop_epoch = i + 1;
      out.loss_at_stop = out.best_validation_loss;
    }
  }
  if (out.best_epoch == 0) return std::nullopt;
  if (out.stop_epoch == 0) {
    out.stop_epoch = out.num_epochs;
    out.loss_at_stop = out.best_validation_loss;
  }
  if (const std::vector<double>* train = history.column("train_loss")) {
    out.crossing_epoch = crossing(*train, *losses);
  }
  out.saved_s = seconds_behind(history, out.stop_epoch);
  return out;
}

}  // namespace sciwright::report
