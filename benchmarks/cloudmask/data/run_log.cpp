#include "cloudmask/data/run_log.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace sciwright::cloudmask {
namespace {

double per(double seconds, std::size_t count) {
  return seconds / static_cast<double>(std::max<std::size_t>(count, 1));
}

nlohmann::json last(const std::vector<double>& values) {
  return values.empty() ? nlohmann::json() : nlohmann::json(values.back());
}

std::string time_per_inference(const RunFacts& f) {
  return fmt::format("{:.2f}", per(f.inference_s, f.scene_accuracy.size()));
}

}  // namespace

std::string human_lines(const RunFacts& f) {
  return fmt::format(
      "CloudMask training, samples = {}, epochs={}, bs={}, nodes=1, gpus=0, time_per_epoch={:.2f}\n"
      "CloudMask inference, inferences={}, bs={}, nodes=1, gpus=0, time_per_inference={}\n",
      f.num_train_files, f.epochs, f.batch_size,
      per(f.training_s, static_cast<std::size_t>(f.epochs)), f.scene_accuracy.size(), f.batch_size,
      time_per_inference(f));
}

nlohmann::json result_record(const RunFacts& f) {
  const double sum = std::accumulate(f.scene_accuracy.begin(), f.scene_accuracy.end(), 0.0);
  return {{"name", "cloudmask"},
          {"training",
           {{"samples", f.num_train_files},
            {"accuracy", last(f.accuracy)},
            {"loss", last(f.loss)},
            {"val_loss", last(f.validation_loss)},
            {"val_accuracy", last(f.validation_accuracy)},
            {"history",
             {{"accuracy", f.accuracy},
              {"loss", f.loss},
              {"val_accuracy", f.validation_accuracy},
              {"val_loss", f.validation_loss}}}}},
          {"inference",
           {{"avg_accuracy", per(sum, f.scene_accuracy.size())}, {"accuracy", f.scene_accuracy}}},
          {"inference_analyze",
           {{"number", f.scene_accuracy.size()},
            {"bs", f.batch_size},
            {"nodes", 1},
            {"gpus", 0},
            {"time_per_inference", time_per_inference(f)}}}};
}

}  // namespace sciwright::cloudmask
