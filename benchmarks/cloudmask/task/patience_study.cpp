#include "cloudmask/task/patience_study.h"

#include <fmt/format.h>

#include "base/text_table.h"
#include "train/early_stopping.h"

namespace sciwright::cloudmask {
namespace {

double seconds_of(const train::EpochRecord& epoch) { return epoch.train_s + epoch.validation_s; }

PatienceResult replay(const std::vector<train::EpochRecord>& history, int patience) {
  train::EarlyStopping rule({.patience = patience});
  PatienceResult result{.patience = patience};
  double run_s = 0;
  double all_s = 0;
  for (const train::EpochRecord& epoch : history) {
    all_s += seconds_of(epoch);
    if (result.stopped) continue;
    run_s += seconds_of(epoch);
    result.epochs = epoch.epoch;
    result.stopped =
        rule.should_stop(epoch.epoch, epoch.validation_loss.value_or(epoch.train_loss));
  }
  result.best_epoch = rule.best_epoch();
  result.saved_fraction = all_s > 0 ? 1 - run_s / all_s : 0;
  return result;
}

}  // namespace

std::vector<PatienceResult> replay_patience(const std::vector<train::EpochRecord>& history,
                                            const std::vector<int>& patiences) {
  std::vector<PatienceResult> results;
  for (const int patience : patiences) results.push_back(replay(history, patience));
  return results;
}

std::string patience_text(const std::vector<PatienceResult>& results) {
  TextTable table;
  for (const char* header : {"patience", "epochs", "best epoch", "test accuracy (best weights)",
                             "(last weights)", "time saved"}) {
    table.column(header);
  }
  for (const PatienceResult& r : results) {
    table.row(
        {fmt::format("{}", r.patience), fmt::format("{}{}", r.epochs, r.stopped ? "" : " (all)"),
         fmt::format("{}", r.best_epoch), fmt::format("{:.4f}", r.best_accuracy),
         fmt::format("{:.4f}", r.last_accuracy), fmt::format("{:.0f} %", 100 * r.saved_fraction)});
  }
  return table.text();
}

nlohmann::json patience_json(const std::vector<PatienceResult>& results) {
  nlohmann::json rows = nlohmann::json::array();
  for (const PatienceResult& r : results) {
    rows.push_back({{"patience", r.patience},
                    {"epochs", r.epochs},
                    {"best_epoch", r.best_epoch},
                    {"stopped", r.stopped},
                    {"best_accuracy", r.best_accuracy},
                    {"last_accuracy", r.last_accuracy}});
  }
  return rows;
}

}  // namespace sciwright::cloudmask
