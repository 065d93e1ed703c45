#include "cloudmask/data/run_log.h"

#include <gtest/gtest.h>

namespace sciwright::cloudmask {
namespace {

const RunFacts kFacts = {.num_train_files = 970,
                         .epochs = 2,
                         .batch_size = 32,
                         .training_s = 284.94,
                         .inference_s = 3.46,
                         .scene_accuracy = {0.75, 1},
                         .accuracy = {0.5, 0.875},
                         .loss = {0.5, 0.25},
                         .validation_accuracy = {0.5, 0.75},
                         .validation_loss = {0.5, 0.375}};

TEST(RunLog, HasTheReferencesTwoLines) {
  EXPECT_EQ(human_lines(kFacts),
            "CloudMask training, samples = 970, epochs=2, bs=32, nodes=1, gpus=0, "
            "time_per_epoch=142.47\n"
            "CloudMask inference, inferences=2, bs=32, nodes=1, gpus=0, time_per_inference=1.73\n");
}

TEST(RunLog, HasTheReferencesResult) {
  const auto expected = nlohmann::json::parse(R"({
    "name": "cloudmask",
    "training": {"samples": 970, "accuracy": 0.875, "loss": 0.25, "val_loss": 0.375,
      "val_accuracy": 0.75, "history": {"accuracy": [0.5, 0.875], "loss": [0.5, 0.25],
      "val_accuracy": [0.5, 0.75], "val_loss": [0.5, 0.375]}},
    "inference": {"avg_accuracy": 0.875, "accuracy": [0.75, 1.0]},
    "inference_analyze": {"number": 2, "bs": 32, "nodes": 1, "gpus": 0,
      "time_per_inference": "1.73"}})");
  EXPECT_EQ(result_record(kFacts), expected);
}

}  // namespace
}  // namespace sciwright::cloudmask
