#include "cloudmask/data/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/run_config.h"
#include "cloudmask/data/settings.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

bench::RunConfig resolve(const std::string& yaml) {
  return bench::resolve_run_config(spec(), {io::parse_yaml(yaml, "c.yaml")}, {});
}

Settings settings_of(const bench::RunConfig& config) {
  Settings settings;
  EXPECT_THAT(config::load(config.settings, {}, settings), IsEmpty());
  return settings;
}

std::string message_of(const std::string& yaml) {
  try {
    resolve(yaml);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// The keys that were warned about.
std::vector<std::string> warned(const bench::RunConfig& config) {
  std::vector<std::string> keys;
  for (const std::string& warning : config.warnings) {
    const std::size_t start = warning.find(": ") + 2;
    keys.push_back(warning.substr(start, warning.find(' ', start) - start));
  }
  return keys;
}

TEST(CloudmaskSpec, ReadsTheFlatLayout) {
  const bench::RunConfig config = resolve(R"(
benchmark: CloudMask
organisation: STFC
division: SciML
status: research
platform: pearl
accelerators_per_node: 16
train_dir: /data/one-day
inference_dir: /data/ssts
model_file: model.h5
output_dir: out
log_file: cloudmask.log
mlperf_logfile: mlperf.log
PATCH_SIZE: 128
IMAGE_H: 1200
IMAGE_W: 1500
N_CHANNELS: 9
MIN_SST: 273.15
CROP_SIZE: 40
seed: 1234
learning_rate: 0.002
epochs: 7
batch_size: 16
train_split: 0.75
clip_offset: 15
no_cache: False
nodes: 1
gpu: 1
)");
  const Settings s = settings_of(config);
  EXPECT_EQ(s.data.train, "/data/one-day");
  EXPECT_EQ(s.data.test, "/data/ssts");
  EXPECT_EQ(s.data.patch_px, 128);
  EXPECT_EQ(s.data.image_height_px, 1200);
  EXPECT_EQ(s.data.image_width_px, 1500);
  EXPECT_EQ(s.data.num_channels, 9);
  EXPECT_EQ(s.inference.crop_px, 40);
  EXPECT_EQ(s.run.seed, 1234U);
  EXPECT_EQ(s.training.learning_rate, 0.002);
  EXPECT_EQ(s.training.epochs, 7);
  EXPECT_EQ(s.training.batch_size, 16);
  EXPECT_EQ(s.data.train_fraction, 0.75);
  EXPECT_EQ(config.sections["submission"]["org"], "STFC");
  EXPECT_THAT(warned(config),
              UnorderedElementsAre("division", "status", "accelerators_per_node", "model_file",
                                   "output_dir", "log_file", "mlperf_logfile", "MIN_SST",
                                   "clip_offset", "no_cache", "nodes", "gpu"));
}

TEST(CloudmaskSpec, ReadsTheLayoutWithSections) {
  const bench::RunConfig config = resolve(R"(
submission: {benchmark: cloudmask, submitter: A, org: UVA, division: open, version: 1, platform: x}
experiment: {card_name: a100, gpu_count: 1, cpu_num: 1, mem: 64GB, repeat: '1', epoch: '5'}
system: {host: localhost, python: '3.10', num_cpus: 8, partition: bii-gpu}
training_loss: binary_crossentropy
training_metrics: accuracy
batch_size: 32
)");
  EXPECT_EQ(settings_of(config).training.epochs, 5);
  EXPECT_EQ(config.sections["submission"]["org"], "UVA");
  EXPECT_THAT(warned(config), UnorderedElementsAre("submission.benchmark", "submission.version",
                                                   "training_metrics"));
}

TEST(CloudmaskSpec, ReadsTheFlatDictLayout) {
  const bench::RunConfig config = resolve(R"(
experiment.epoch: 200
experiment.seed: 1234
experiment.learning_rate: 0.001
experiment.batch_size: 32
experiment.train_split: 0.8
experiment.clip_offset: 15
experiment.no_cache: false
run.mode: parallel
mask: float
PATCH_SIZE: 256
)");
  const Settings s = settings_of(config);
  EXPECT_EQ(s.training.epochs, 200);
  EXPECT_EQ(s.run.seed, 1234U);
  EXPECT_THAT(warned(config),
              UnorderedElementsAre("experiment.clip_offset", "experiment.no_cache", "mask"));
  EXPECT_EQ(config.sections["run"]["mode"], "parallel");
}

TEST(CloudmaskSpec, ReadsTheGroupedLayout) {
  const bench::RunConfig config = resolve(R"(
data: {scratch: /scratch, training: /d/one-day, inference: /d/ssts, model: /m, output: /o}
log: {file: cloudmask.log, mlperf: mlperf.log}
image: {PATCH_SIZE: 256, IMAGE_H: 1200, IMAGE_W: 1500, N_CHANNELS: 9, MIN_SST: 273.15, CROP_SIZE: 80}
training: {loss: binary_crossentropy, metrics: accuracy}
run: {fit-verbose: 1, host: rivanna, target: /t, filesystem: local, venvpath: /v}
ee: {time: '1:00:00', mode: h, dir: project}
experiment: {card_name: a100, epoch: '30', seed: '1234', learning_rate: '0.001'}
)");
  const Settings s = settings_of(config);
  EXPECT_EQ(s.data.train, "/d/one-day");
  EXPECT_EQ(s.data.image_height_px, 1200);
  EXPECT_EQ(s.training.epochs, 30);
  EXPECT_THAT(warned(config),
              UnorderedElementsAre("data.model", "data.output", "log.file", "log.mlperf",
                                   "image.MIN_SST", "training.metrics"));
}

TEST(CloudmaskSpec, ReadsTheEarlyStoppingLayout) {
  const bench::RunConfig config = resolve(R"(
identifier: "{experiment.card_name}_{experiment.epoch}"
experiment: {directive: a100, early_stoppage: "True", early_stoppage_patience: "5", epoch: "100"}
output: {directory: out, model_file: m.h5, log_file: c.log, mlperf_logfile: p.log}
)");
  const Settings s = settings_of(config);
  EXPECT_TRUE(s.training.early_stopping);
  EXPECT_EQ(s.training.patience, 5);
  EXPECT_FALSE(settings_of(resolve("experiment: {early_stoppage: '0'}")).training.early_stopping);
  EXPECT_EQ(config.warnings.size(), 4U);
}

TEST(CloudmaskSpec, RefusesAKeyItDoesNotKnow) {
  EXPECT_EQ(message_of("PATCH_SIZ: 256\n"),
            "c.yaml:1:1: PATCH_SIZ is not a known section or setting; did you mean 'PATCH_SIZE'?");
}

TEST(CloudmaskSpec, ChecksSettingsAgainstEachOther) {
  EXPECT_EQ(
      message_of("cloudmask: {protocol: compat, data: {patch_px: 100}, inference: {margin_px: 56, "
                 "tile_px: 112, crop_px: 101, overlap_px: 64}}"),
      "data.patch_px is 100, must be a multiple of 8\n"
      "inference.crop_px is 101, must be even and below data.patch_px (100)");
  const std::string tiles = "tile_px: 112, overlap_px: 64}}";
  EXPECT_EQ(message_of("cloudmask: {inference: {tiling: exact, " + tiles),
            "inference.margin_px is 56, must be below half of tile_px (112)");
  EXPECT_EQ(message_of("cloudmask: {inference: {tiling: blended, " + tiles),
            "inference.overlap_px is 64, must be at most half of tile_px (112)");
}

TEST(CloudmaskSpec, SuitsTheFitToSimulatedOrRealScenes) {
  Settings simulated;
  apply_protocol(simulated);
  Settings real;
  real.data.train = "scenes";
  apply_protocol(real);
  EXPECT_EQ(simulated.data.patch_px, 128);
  EXPECT_EQ(simulated.training.batch_size, 4);
  EXPECT_EQ(simulated.training.epochs, 20);
  EXPECT_EQ(simulated.training.patience, 8);
  EXPECT_EQ(real.data.patch_px, 256);
  EXPECT_EQ(real.training.batch_size, 32);
  EXPECT_EQ(real.training.epochs, 30);
  EXPECT_EQ(real.training.patience, 25);
}

TEST(CloudmaskSpec, LetsTheProtocolChooseWhatWasNotChosen) {
  Settings compat;
  compat.protocol = "compat";
  compat.training.weights = "best";
  apply_protocol(compat);
  EXPECT_EQ(compat.data.normalisation, "fixed");
  EXPECT_EQ(compat.inference.tiling, "compat");
  EXPECT_EQ(compat.training.weights, "best");
  Settings honest;
  apply_protocol(honest);
  EXPECT_EQ(honest.data.split, "orbit");
  EXPECT_EQ(honest.data.pixels, "valid");
}

}  // namespace
}  // namespace sciwright::cloudmask
