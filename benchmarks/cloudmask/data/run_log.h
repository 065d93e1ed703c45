#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::cloudmask {

/// What of a run goes into the reference's records (spec 4.2, 4.3).
struct RunFacts {
  int num_train_files = 0;  ///< Training and validation scenes.
  int epochs = 0;           ///< That ran; the reference divides by those asked for.
  int batch_size = 0;
  double training_s = 0;  ///< All epochs, of all sessions of a resumed run.
  double inference_s = 0;
  std::vector<double> scene_accuracy = {};  ///< Of each test scene.
  /// One entry an epoch.
  std::vector<double> accuracy = {};
  std::vector<double> loss = {};
  std::vector<double> validation_accuracy = {};
  std::vector<double> validation_loss = {};
};

/// The reference's two lines for people: "CloudMask training, samples = 970, epochs=200, bs=32,
/// nodes=1, gpus=0, time_per_epoch=142.47" and the one of the inference.
std::string human_lines(const RunFacts& facts);

/// The `result` of the MLCommons log in the reference's shape: name, training {samples, accuracy,
/// loss, val_loss, val_accuracy, history}, inference {avg_accuracy, accuracy}, inference_analyze.
nlohmann::json result_record(const RunFacts& facts);

}  // namespace sciwright::cloudmask
