#include "earthquake/data/picture_task.h"

#include <algorithm>

#include "base/files.h"
#include "io/csv.h"

namespace sciwright::earthquake {

std::vector<EpochLoss> read_epoch_losses(const std::filesystem::path& history) {
  std::vector<EpochLoss> out;
  if (!std::filesystem::exists(history)) return out;
  const std::string text = read_file(history);
  io::CsvReader rows(text, {.name = history.string()});
  if (!rows.next()) return out;
  rows.use_as_header();
  const std::size_t epoch = rows.column("epoch");
  const std::size_t train = rows.column("train_loss");
  const std::size_t validation = rows.column("validation_loss");
  while (rows.next()) {
    out.push_back({.epoch = static_cast<int>(rows.integer(epoch)), .train = rows.number(train)});
    if (!rows.text(validation).empty()) out.back().validation = rows.number(validation);
  }
  return out;
}

const ForecastScore* shown_score(const ScoreRow& row, const std::string& forecast_name) {
  if (row.model) return &*row.model;
  for (const auto& [name, score] : row.baselines) {
    if (name == forecast_name) return &score;
  }
  return nullptr;
}

const Period& shown_period(const Protocol& protocol) {
  const auto test = std::find_if(protocol.scored.begin(), protocol.scored.end(),
                                 [](const Period& period) { return period.name == "test"; });
  return test == protocol.scored.end() ? protocol.scored.front() : *test;
}

}  // namespace sciwright::earthquake
