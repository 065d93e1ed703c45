#include "cloudmask/data/spec.h"

#include <fmt/format.h>

#include "cloudmask/data/settings.h"
#include "cloudmask/data/tiling.h"

namespace sciwright::cloudmask {

void apply_protocol(Settings& s) {
  const bool is_compat = s.protocol == "compat";
  const auto fill = [&](std::string& choice, const char* compat, const char* honest) {
    if (choice.empty()) choice = is_compat ? compat : honest;
  };
  fill(s.data.normalisation, "fixed", "channel");
  fill(s.data.pixels, "all", "valid");
  fill(s.data.split, "reference", "orbit");
  fill(s.training.weights, "last", "best");
  fill(s.training.shuffle, "reference", "full");
  fill(s.training.precision, "float32", "auto");
  fill(s.inference.tiling, "compat", "exact");
  const bool is_simulated = s.data.train.empty();
  if (s.data.patch_px == 0) s.data.patch_px = is_simulated ? 128 : 256;
  if (s.training.epochs == 0) s.training.epochs = is_simulated ? 20 : 30;
  if (s.training.patience == 0) s.training.patience = is_simulated ? 8 : 25;
  if (s.training.batch_size == 0) s.training.batch_size = is_simulated ? 4 : 32;
}

namespace {

/// Rules that need more than one setting.
Problems check(const bench::Json& section, const config::Locate& locate, bench::Json& resolved) {
  Settings s;
  Problems problems = config::load(section, locate, s);
  resolved = config::to_json(s);
  if (s.training.jitter > 0 && !s.training.augment) {
    problems.push_back("training.jitter changes varied patches only: set training.augment too");
  }
  apply_protocol(s);
  const auto require_multiple = [&](const char* name, int value_px) {
    if (value_px % kNetworkAlignmentPx == 0) return;
    problems.push_back(
        fmt::format("{} is {}, must be a multiple of {}", name, value_px, kNetworkAlignmentPx));
  };
  require_multiple("data.patch_px", s.data.patch_px);
  require_multiple("inference.tile_px", s.inference.tile_px);
  require_multiple("inference.margin_px", s.inference.margin_px);
  require_multiple("inference.overlap_px", s.inference.overlap_px);
  if (s.inference.tiling == "exact" && 2 * s.inference.margin_px >= s.inference.tile_px) {
    problems.push_back(fmt::format("inference.margin_px is {}, must be below half of tile_px ({})",
                                   s.inference.margin_px, s.inference.tile_px));
  }
  if (s.inference.tiling == "blended" && 2 * s.inference.overlap_px > s.inference.tile_px) {
    problems.push_back(
        fmt::format("inference.overlap_px is {}, must be at most half of tile_px ({})",
                    s.inference.overlap_px, s.inference.tile_px));
  }
  if (s.inference.tiling == "compat" &&
      (s.inference.crop_px % 2 != 0 || s.inference.crop_px >= s.data.patch_px)) {
    problems.push_back(
        fmt::format("inference.crop_px is {}, must be even and below data.patch_px ({})",
                    s.inference.crop_px, s.data.patch_px));
  }
  if (s.training.loss == "weighted_binary_crossentropy" &&
      2 * s.training.clip_offset_px >= s.data.patch_px) {
    problems.push_back(
        fmt::format("training.clip_offset_px is {}, must be below half of data.patch_px ({})",
                    s.training.clip_offset_px, s.data.patch_px));
  }
  return problems;
}

/// The reference's keys in its five layouts (spec 3.4): flat, with sections, and grouped as
/// image.*, data.*, training.*, log.*, output.*. `experiment.*` finds the keys without a dot.
std::vector<bench::Alias> aliases() {
  return {
      {"PATCH_SIZE", "data.patch_px"},
      {"image.PATCH_SIZE", "data.patch_px"},
      {"IMAGE_H", "data.image_height_px"},
      {"image.IMAGE_H", "data.image_height_px"},
      {"IMAGE_W", "data.image_width_px"},
      {"image.IMAGE_W", "data.image_width_px"},
      {"N_CHANNELS", "data.num_channels"},
      {"image.N_CHANNELS", "data.num_channels"},
      {"CROP_SIZE", "inference.crop_px"},
      {"image.CROP_SIZE", "inference.crop_px"},
      {"train_dir", "data.train"},
      {"data.training", "data.train"},
      {"inference_dir", "data.test"},
      {"data.inference", "data.test"},
      {"train_split", "data.train_fraction"},
      {"epoch", "training.epochs"},
      {"epochs", "training.epochs"},
      {"batch_size", "training.batch_size"},
      {"learning_rate", "training.learning_rate"},
      {"training_loss", "training.loss"},
      {"training.loss", "training.loss"},
      {"early_stoppage", "training.early_stopping"},
      {"early_stoppage_patience", "training.patience"},
      {"patience", "training.patience"},
      {"seed", "seed"},
      {"protocol", "protocol"},
      {"organisation", "submission.org"},
      {"platform", "submission.platform"},
  };
}

std::vector<bench::ReplacedKey> replaced_keys() {
  const std::string model = "the run folder holds the model";
  const std::string output = "--out names the run folder, which holds the masks";
  const std::string log = "the run folder holds the logs";
  const std::string metrics = "all scores are computed";
  const std::string division = "the science working group knows the open division only";
  return {
      {"model_file", model},
      {"output.model_file", model},
      {"data.model", model},
      {"output_dir", output},
      {"output.directory", output},
      {"data.output", output},
      {"log_file", log},
      {"output.log_file", log},
      {"log.file", log},
      {"mlperf_logfile", log},
      {"output.mlperf_logfile", log},
      {"log.mlperf", log},
      {"training_metrics", metrics},
      {"training.metrics", metrics},
      {"division", division},
      {"status", "submission.status says where the system stands"},
      {"no_cache", "scenes stream from the disk"},
  };
}

std::vector<bench::Metric> score_metrics() {
  std::vector<bench::Metric> metrics;
  for (const char* path : {"accuracy",
                           "majority_accuracy",
                           "pooled_accuracy",
                           "balanced_accuracy",
                           "precision",
                           "recall",
                           "specificity",
                           "f1",
                           "f2",
                           "iou",
                           "mean_iou",
                           "kappa",
                           "mcc",
                           "true_skill_score",
                           "roc_auc",
                           "pr_auc",
                           "brier_skill",
                           "boundary_iou",
                           "max_f1",
                           "max_true_skill_score"}) {
    metrics.push_back({path, true});
  }
  for (const char* path : {"brier", "ece", "cloud_fraction_mae"}) metrics.push_back({path, false});
  return metrics;
}

}  // namespace

bench::BenchmarkSpec spec() {
  bench::BenchmarkSpec spec;
  spec.name = "cloudmask";
  spec.summary = "Find the clouds in Sentinel-3 SLSTR scenes: U-Net, with honest baselines.";
  spec.flags = {
      {"--train", "data.train", "DIR", "Training scenes; without them some are simulated"},
      {"--test", "data.test", "DIR", "Test scenes"},
      {"--epochs", "training.epochs", "N", "Passes over the training patches, at most"},
      {"--patience", "training.patience", "N", "Epochs without improvement before stopping"},
      {"--protocol", "protocol", "NAME", "compat or honest"},
      {"--kernels", "network.kernels", "NAME", "auto, plain or fast"},
      {"--sst", "output.sst", "", "What the masks do to sea surface temperature"},
      {"--lst", "output.lst", "", "What the masks do to land surface temperature"},
  };
  spec.examples = {"--train scenes/training --test scenes/inference",
                   "--predict-only runs/second --test S3A_SL_1_RBT____20191003T221154.SEN3"};
  spec.aliases = aliases();
  spec.dead_keys = {"MIN_SST", "image.MIN_SST", "clip_offset", "wbce",
                    "mask",    "nodes",         "gpu",         "accelerators_per_node"};
  spec.replaced_keys = replaced_keys();
  spec.data_paths = {"data.train", "data.test", "training.initial_weights"};
  spec.timers = {"Initialize", "Run",     "Training", "Epoch", "Evaluation", "Patience study",
                 "Read scene", "Predict", "Stitch",   "Write", "Score",      "Scores"};
  spec.metrics = score_metrics();
  spec.fields = config::describe<Settings>();
  spec.check = check;
  return spec;
}

}  // namespace sciwright::cloudmask
