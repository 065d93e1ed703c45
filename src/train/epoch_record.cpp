#include "train/epoch_record.h"

#include <cmath>

#include <fmt/format.h>

namespace sciwright::train {

/// A loss that is no number is null in JSON; one that is not there must stay another thing.
nlohmann::json to_json(const EpochRecord& r) {
  nlohmann::json json = {{"epoch", r.epoch},
                         {"train_loss", r.train_loss},
                         {"learning_rate", r.learning_rate},
                         {"num_samples", r.num_samples},
                         {"train_s", r.train_s},
                         {"validation_s", r.validation_s},
                         {"data_wait_s", r.data_wait_s}};
  const auto add = [&](const char* key, const std::optional<double>& value) {
    if (value) json[key] = *value;
  };
  add("validation_loss", r.validation_loss);
  add("train_accuracy", r.train_accuracy);
  add("validation_accuracy", r.validation_accuracy);
  return json;
}

EpochRecord epoch_record_from(const nlohmann::json& json) {
  EpochRecord r;
  r.epoch = json.at("epoch");
  r.train_loss = json.at("train_loss");
  const auto read = [&](const char* key, std::optional<double>& value) {
    const auto found = json.find(key);
    if (found != json.end()) value = found->is_null() ? std::nan("") : found->get<double>();
  };
  read("validation_loss", r.validation_loss);
  read("train_accuracy", r.train_accuracy);
  read("validation_accuracy", r.validation_accuracy);
  r.learning_rate = json.at("learning_rate");
  r.num_samples = json.at("num_samples");
  r.train_s = json.at("train_s");
  r.validation_s = json.at("validation_s");
  r.data_wait_s = json.at("data_wait_s");
  return r;
}

std::string history_csv(const std::vector<EpochRecord>& history) {
  std::string out =
      "epoch,train_loss,validation_loss,learning_rate,samples,train_s,validation_s,data_wait_s,"
      "train_accuracy,validation_accuracy\n";
  const auto text = [](const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : "";
  };
  for (const EpochRecord& r : history) {
    out += fmt::format("{},{},{},{},{},{:.3f},{:.3f},{:.3f},{},{}\n", r.epoch, r.train_loss,
                       text(r.validation_loss), r.learning_rate, r.num_samples, r.train_s,
                       r.validation_s, r.data_wait_s, text(r.train_accuracy),
                       text(r.validation_accuracy));
  }
  return out;
}

}  // namespace sciwright::train
