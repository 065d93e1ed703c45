// Whole runs on a few small simulated scenes, as `sciwright run cloudmask` makes them.

#include "cloudmask/task/cloudmask.h"

#include <csignal>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/files.h"
#include "bench/mllog_keys.h"
#include "bench/runner.h"
#include "cloudmask/data/fake_sen3.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/task/model.h"
#include "io/hdf5.h"
#include "models/fake_keras_weights.h"
#include "models/unet.h"
#include "record/compliance.h"
#include "record/timers_csv.h"
#include "train/checkpoint.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

/// Scenes of a few patches, a network of a few thousand weights.
const std::vector<std::string> kTiny = {"threads=1",
                                        "synthetic.num_training=3",
                                        "synthetic.num_test=2",
                                        "synthetic.height_px=64",
                                        "synthetic.width_px=96",
                                        "data.patch_px=32",
                                        "data.train_fraction=0.67",
                                        "network.width=4",
                                        "training.epochs=3",
                                        "training.batch_size=4",
                                        "inference.tile_px=128",
                                        "inference.crop_px=16",
                                        "inference.overlap_px=64",
                                        "scoring.num_bootstrap=20"};

/// One run, in this process.
struct Attempt {
  bench::RunRequest request = {};
  std::function<void(const std::string&)> on_text = [](const std::string&) {};
  std::string text;  ///< What people are told on stderr.
  std::string out;   ///< … and on stdout.

  Attempt(const fs::path& folder, const std::vector<std::string>& settings) {
    request.out = folder;
    for (const auto& list : {kTiny, settings}) add(list);
  }
  explicit Attempt(const fs::path& resumed) { request.resume = resumed; }

  void add(const std::vector<std::string>& settings) {
    for (const std::string& one : settings) {
      request.overrides.push_back(config::parse_override(one));
    }
  }

  int code() {
    std::ostringstream stream;
    bench::RunnerEnvironment environment;
    environment.out = &stream;
    environment.is_terminal = false;
    environment.to_stderr = [&](const std::string& line) {
      text += line;
      on_text(line);
    };
    const int result = bench::run_benchmark(Cloudmask(), request, environment);
    out = stream.str();
    return result;
  }

  std::string error() {
    try {
      code();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
};

/// result.json without what may differ from run to run.
bench::Json timeless_result(const fs::path& folder) {
  bench::Json r = bench::Json::parse(read_file(folder / "result.json"));
  for (const char* key : {"times_s", "started_utc", "finished_utc", "num_sessions", "waiting",
                          "energy", "io", "memory"}) {
    r.erase(key);
  }
  r["details"].erase("timing");
  return r;
}

void expect_same_weights(const fs::path& one, const fs::path& other) {
  const train::Checkpoint a = train::read_checkpoint(model_file(one));
  const train::Checkpoint b = train::read_checkpoint(model_file(other));
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    EXPECT_TRUE(torch::equal(tensor, b.tensors.at(name))) << name;
  }
  EXPECT_EQ(a.facts, b.facts);
}

TEST(CloudmaskRun, ScoresMasksBesideTheBaselinesAndKeepsTheirFiles) {
  const TemporaryDirectory dir;
  const fs::path run = dir.path() / "run";
  Attempt attempt(run, {});
  ASSERT_EQ(attempt.code(), 0) << attempt.text;
  const bench::Json result = timeless_result(run);
  const bench::Json& all = result["scores"][0];
  EXPECT_EQ(all["subset"], "all");
  EXPECT_EQ(all["num_scenes"], 2);
  EXPECT_GT(all["accuracy"], 0);
  EXPECT_EQ(all["baselines"].size(), 4U);
  EXPECT_EQ(all["baselines"]["majority"]["majority_accuracy"], all["majority_accuracy"]);
  EXPECT_EQ(result["details"]["leakage"]["test"]["num_duplicates"], 0);
  EXPECT_EQ(result["details"]["model"]["epochs_run"], 3);
  EXPECT_THAT(attempt.out, HasSubstr("CloudMask training, samples = 3, epochs=3, bs=4, nodes=1"));
  EXPECT_THAT(attempt.out, HasSubstr("training waited"));
  EXPECT_THAT(read_file(run / "cloudmask.log"), HasSubstr("CloudMask inference, inferences=2"));
  EXPECT_THAT(read_file(run / "scene_scores.csv"), HasSubstr("scene,day_night,pixels,accuracy,"));
  for (const fs::path& side : sorted_entries(run / "scenes" / "inference")) {
    for (const fs::path& scene : sorted_entries(side)) {
      const std::string name = scene.stem().string();
      EXPECT_TRUE(fs::exists(run / "masks" / (name + ".nc")));
      EXPECT_TRUE(fs::exists(run / "masks" / (name + ".png")));
      const io::Hdf5Reader mask(run / "masks" / (name + ".hdf.h5"));
      EXPECT_EQ(mask.shape("mask"), (io::Shape{1, 64, 96, 1}));
    }
  }
}

TEST(CloudmaskRun, LeavesALogThatKeepsTheRules) {
  const TemporaryDirectory dir;
  ASSERT_EQ(Attempt(dir.path() / "run", {}).code(), 0);
  const std::string log = read_file(dir.path() / "run" / "mllog.log");
  for (const char* key : {"init_start", "init_stop", "number_of_ranks", "run_start", "epoch_start",
                          "eval_accuracy", "opt_adam_epsilon", "\"stage\": \"inference\"",
                          "inference_analyze", "run_stop", "submission_status"}) {
    EXPECT_THAT(log, HasSubstr(key));
  }
  EXPECT_LT(log.find("init_stop"), log.find("run_start"));
  const record::ComplianceReport report = record::check_mllog(log);
  EXPECT_TRUE(report.passed()) << record::compliance_text(report, "mllog.log");
  const auto intervals = record::read_timers(dir.path() / "run" / "timers.csv");
  for (const record::TimerSummary& timer : record::summarize(intervals)) {
    EXPECT_THAT(bench::timers_of(Cloudmask().spec()), testing::Contains(timer.name));
  }
}

TEST(CloudmaskRun, FollowsTheReferenceWhereAsked) {
  const TemporaryDirectory dir;
  Attempt attempt(dir.path() / "run",
                  {"protocol=compat", "training.loss=weighted_binary_crossentropy",
                   "training.clip_offset_px=4"});
  ASSERT_EQ(attempt.code(), 0) << attempt.text;
  EXPECT_EQ(timeless_result(dir.path() / "run")["details"]["protocol"], "compat");
}

TEST(CloudmaskRun, HasThePlainKernelsResultWithFastOnes) {
  if (!models::has_fast_unet(models::Precision::kFloat32)) GTEST_SKIP() << "needs AVX-512";
  const TemporaryDirectory dir;
  for (const std::string kernels : {"plain", "fast"}) {
    Attempt attempt(dir.path() / kernels,
                    {"network.kernels=" + kernels, "training.precision=float32"});
    ASSERT_EQ(attempt.code(), 0) << attempt.text;
    const bench::Json model = timeless_result(dir.path() / kernels)["details"]["model"];
    EXPECT_EQ(model["kernels"], kernels);
    EXPECT_EQ(model["precision"], "float32");
  }
  const train::Checkpoint plain = train::read_checkpoint(model_file(dir.path() / "plain"));
  const train::Checkpoint fast = train::read_checkpoint(model_file(dir.path() / "fast"));
  double difference = 0;
  double size = 0;
  for (const auto& [name, tensor] : plain.tensors) {
    difference += (tensor - fast.tensors.at(name)).square().sum().item<double>();
    size += tensor.square().sum().item<double>();
  }
  // Adam divides by the gradient's size, so that the rounding of a gradient near 0 shows.
  EXPECT_LT(std::sqrt(difference / size), 1e-2);
  EXPECT_GT(difference, 0) << "the same operations computed both";
}

TEST(CloudmaskRun, RepeatsItselfAndGoesOnAfterAStopBitForBit) {
  const TemporaryDirectory dir;
  const std::vector<std::string> varied = {"training.augment=true", "training.jitter=0.1"};
  ASSERT_EQ(Attempt(dir.path() / "whole", varied).code(), 0);
  Attempt stopped(dir.path() / "part", varied);
  stopped.on_text = [](const std::string& line) {
    if (line.starts_with("epoch 2:")) std::raise(SIGTERM);
  };
  EXPECT_EQ(stopped.code(), 4);
  EXPECT_FALSE(fs::exists(dir.path() / "part/result.json"));
  Attempt resumed(dir.path() / "part");
  EXPECT_EQ(resumed.code(), 0) << resumed.text;
  EXPECT_THAT(resumed.text, Not(HasSubstr("epoch 1:"))) << "it trained again";
  EXPECT_EQ(timeless_result(dir.path() / "part"), timeless_result(dir.path() / "whole"));
  expect_same_weights(dir.path() / "part", dir.path() / "whole");
  const bench::Json result = bench::Json::parse(read_file(dir.path() / "part" / "result.json"));
  const bench::Json& timing = result["details"]["timing"];
  EXPECT_NEAR(timing["training_s"].get<double>(),
              timing["first_epoch_s"].get<double>() + 2 * timing["other_epochs_s"].get<double>(),
              1e-9)
      << "not the epochs of all sessions";
}

TEST(CloudmaskRun, IsTheSameWhenPatchesStreamFromTheDisk) {
  const TemporaryDirectory dir;
  ASSERT_EQ(Attempt(dir.path() / "memory", {}).code(), 0);
  ASSERT_EQ(Attempt(dir.path() / "disk", {"data.memory_mb=0"}).code(), 0);
  expect_same_weights(dir.path() / "memory", dir.path() / "disk");
}

TEST(CloudmaskRun, RestoresTheBestWeightsAndReplaysPatiencesOnThem) {
  const TemporaryDirectory dir;
  Attempt attempt(dir.path() / "run", {"training.patience_study=[1, 2]", "training.epochs=4",
                                       "training.learning_rate=0.02"});
  ASSERT_EQ(attempt.code(), 0) << attempt.text;
  const bench::Json result = timeless_result(dir.path() / "run");
  const bench::Json& study = result["details"]["patience_study"];
  ASSERT_EQ(study.size(), 2U);
  EXPECT_EQ(result["details"]["model"]["epochs_run"], 4) << "the long run does not stop early";
  EXPECT_LE(study[0]["epochs"], study[1]["epochs"]);
  EXPECT_TRUE(fs::exists(dir.path() / "run/model/epoch_0004.npz"));
  for (const bench::Json& row : study) {
    if (row["best_epoch"] == result["details"]["model"]["best_epoch"]) {
      EXPECT_EQ(row["best_accuracy"], result["scores"][0]["accuracy"]);
    }
  }
  EXPECT_THAT(attempt.out, HasSubstr("patience"));
}

TEST(CloudmaskRun, MasksFurtherScenesWithAFinishedRunsModel) {
  const TemporaryDirectory dir;
  const fs::path run = dir.path() / "run";
  ASSERT_EQ(Attempt(run, {}).code(), 0);
  Attempt again(dir.path() / "again", {"data.test=" + (run / "scenes/inference").string()});
  again.request.overrides.erase(
      again.request.overrides.begin(),
      again.request.overrides.begin() + static_cast<std::ptrdiff_t>(kTiny.size()));
  again.request.predict_only = run;
  ASSERT_EQ(again.code(), 0) << again.text;
  EXPECT_EQ(timeless_result(dir.path() / "again")["scores"][0]["accuracy"],
            timeless_result(run)["scores"][0]["accuracy"]);
  EXPECT_THAT(again.out, HasSubstr("cloud on "));
  EXPECT_EQ(timeless_result(dir.path() / "again")["details"]["leakage"]["num_duplicates"], 0);
}

TEST(CloudmaskRun, FindsLeaksIntoFurtherScenes) {
  const TemporaryDirectory dir;
  const fs::path run = dir.path() / "run";
  ASSERT_EQ(Attempt(run, {"training.epochs=1"}).code(), 0);
  Attempt again(dir.path() / "again",
                {"data.test=" + (run / "scenes/training").string(), "output.pictures=false"});
  again.request.predict_only = run;
  ASSERT_EQ(again.code(), 0) << again.text;
  EXPECT_EQ(timeless_result(dir.path() / "again")["details"]["leakage"]["num_duplicates"], 3);
  EXPECT_THAT(again.out, HasSubstr("Of 3 labelled scenes 3 are training scenes"));
}

TEST(CloudmaskRun, DoesNotGoOnWithOtherScenes) {
  const TemporaryDirectory dir;
  ASSERT_EQ(Attempt(dir.path() / "first", {"training.epochs=1"}).code(), 0);
  const fs::path scenes = dir.path() / "first" / "scenes";
  const fs::path run = dir.path() / "run";
  Attempt stopped(run, {"data.train=" + (scenes / "training").string(),
                        "data.test=" + (scenes / "inference").string()});
  stopped.on_text = [](const std::string& line) {
    if (line.starts_with("epoch 1:")) std::raise(SIGTERM);
  };
  ASSERT_EQ(stopped.code(), 4) << stopped.text;
  const std::vector<fs::path> training = find_scenes(scenes / "training", {"*.hdf"});
  write_file_atomic(training[0], read_file(training[1]));
  Attempt resumed(run);
  EXPECT_THAT(resumed.error(), HasSubstr(training[0].stem().string() + " has changed"));
}

TEST(CloudmaskRun, MasksALevelOneProduct) {
  const TemporaryDirectory dir;
  const FakeSen3 product;
  ASSERT_EQ(Attempt(dir.path() / "run", {"training.epochs=1"}).code(), 0);
  Attempt masks(dir.path() / "masks", {"network.width=4", "output.sst=true",
                                       "data.test=" + product.folder().parent_path().string()});
  masks.request.predict_only = dir.path() / "run";
  ASSERT_EQ(masks.code(), 0) << masks.text;
  const io::Hdf5Reader file(dir.path() / "masks/masks" / (kFakeSen3Name + ".nc"));
  EXPECT_EQ(file.shape("cloud_probability"), (io::Shape{2, 3}));
  EXPECT_EQ(file.text_attribute("/", "platform"), "S3A");
  const bench::Json result = timeless_result(dir.path() / "masks");
  EXPECT_EQ(result["scores"][0]["num_scenes"], 1);
  EXPECT_GT(result["details"]["sst"]["num_pixels"], 0);
}

TEST(CloudmaskRun, SaysWhatPredictOnlyNeeds) {
  const TemporaryDirectory dir;
  ASSERT_EQ(Attempt(dir.path() / "run", {"training.epochs=1"}).code(), 0);
  Attempt without(dir.path() / "a", {});
  without.request.predict_only = dir.path() / "run";
  EXPECT_THAT(without.error(), HasSubstr("--predict-only needs --test"));
  Attempt other(dir.path() / "b", {"data.test=x", "network.width=5"});
  other.request.predict_only = dir.path() / "run";
  EXPECT_THAT(other.error(), HasSubstr("was trained with network.width 4, now 5"));
}

TEST(CloudmaskRun, AsksForAScaleThatAKerasFileDoesNotHold) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "weights.h5", "");
  Attempt masks(dir.path() / "a", {"data.test=x"});
  masks.request.predict_only = dir.path() / "weights.h5";
  EXPECT_THAT(masks.error(), HasSubstr("weights.h5: a Keras file holds no statistics of channels"));
}

TEST(CloudmaskRun, MasksWithTheReferencesWeightsInItsTiles) {
  const TemporaryDirectory dir;
  ASSERT_EQ(Attempt(dir.path() / "run", {"training.epochs=1"}).code(), 0);
  models::write_keras_file(dir.path() / "weights.h5", models::random_layers(9, 4), "", 0);
  const auto mask_of = [&](const std::string& name, const std::vector<std::string>& settings) {
    Attempt masks(dir.path() / name, {});
    masks.request.overrides.clear();
    masks.add({"protocol=compat", "network.width=4", "threads=1",
               "data.test=" + (dir.path() / "run/scenes/inference").string()});
    masks.add(settings);
    masks.request.predict_only = dir.path() / "weights.h5";
    EXPECT_EQ(masks.code(), 0) << masks.text;
    EXPECT_THAT(masks.out, HasSubstr("do not tell which scenes"));
    const fs::path file = sorted_entries(dir.path() / name / "masks").front();  // *.hdf.h5
    return io::Hdf5Reader(file).read<float>("mask").values;
  };
  const std::vector<float> own = mask_of("own", {});
  EXPECT_EQ(own, mask_of("same", {"data.patch_px=256"})) << "tiles of 256 px are the reference's";
  EXPECT_NE(own, mask_of("other", {"data.patch_px=128"}));
}

TEST(CloudmaskRun, LooksAtTheTestScenesBeforeItTrains) {
  const TemporaryDirectory dir;
  ASSERT_EQ(Attempt(dir.path() / "run", {"training.epochs=1"}).code(), 0);
  const fs::path test = dir.path() / "run" / "scenes" / "inference";
  const fs::path broken = find_scenes(test, {"*.hdf"}).front();
  write_file_atomic(broken, read_file(broken).substr(0, 5000));
  Attempt again(dir.path() / "again",
                {"data.train=" + (dir.path() / "run/scenes/training").string(),
                 "data.test=" + test.string()});
  EXPECT_THAT(again.error(), HasSubstr(broken.filename().string()));
  EXPECT_THAT(again.text, Not(HasSubstr("epoch 1")));
}

TEST(CloudmaskRun, RefusesASingleScene) {
  const TemporaryDirectory dir;
  Attempt one(dir.path() / "run", {"synthetic.num_training=1"});
  EXPECT_THAT(one.error(), HasSubstr("expected at least two"));
  EXPECT_FALSE(fs::exists(dir.path() / "run"));
}

}  // namespace
}  // namespace sciwright::cloudmask
