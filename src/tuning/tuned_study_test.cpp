#include "tuning/tuned_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "experiment/manifest.h"

namespace sciwright::tuning {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char* const kStudy =
    "run: {benchmark: hello}\n"
    "data: \"/scratch/{os.USER}\"\n"
    "experiment:\n"
    "  model: [tft, lstm]\n"
    "  lr: {log_uniform: [1.0e-4, 1.0e-1]}\n"
    "  heads: {integer: [1, 4], when: \"model == 'tft'\"}\n"
    "  fixed: 7\n"
    "sweep: {exclude: [\"model == 'lstm' and lr > 0.05\"]}\n"
    "tune:\n  metric: mse\n  better: lower\n  budget: {epoch: [1, 3]}\n  num_random: 4\n";

/// A folder with a study that is being tuned.
class Tuned : public testing::Test {
 protected:
  Problems make(const std::string& yaml,
                const std::string& script = "#!/bin/sh\nrun config.yaml\n") {
    write_file_atomic(dir_.path() / "study.yaml", yaml);
    TuneRequest request;
    request.configuration.files = {(dir_.path() / "study.yaml").string()};
    request.configuration.os_names = {"USER"};
    request.templates = {{"job.in.sh", script}};
    return make_tuned_study(folder_, request,
                            [](const std::string&) { return std::optional<std::string>("me"); });
  }
  std::string problem_of(const std::string& yaml) {
    try {
      make(yaml);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }
  /// Starts a trial as a worker would; it ends with this value at once.
  static void add(const TunedStudy& study, TuneState& state, std::optional<double> value) {
    const auto draw = study.draw(state);
    ASSERT_TRUE(draw);
    Event event;
    event.trial = state.trials().size();
    const experiment::Experiment experiment = study.experiment(draw->units, 0, state);
    event.experiment = experiment.name;
    event.parameters = experiment.parameters;
    event.units = draw->units;
    state.apply(event);
    event.kind = Event::Kind::kEnd;
    event.value = value;
    state.apply(event);
  }

  TemporaryDirectory dir_;
  fs::path folder_ = dir_.path() / "tuned";
};

TEST_F(Tuned, MakesExperimentsOfTrialsWithTheirBudget) {
  EXPECT_THAT(make(kStudy), IsEmpty());
  const TunedStudy study(folder_);
  TuneState state(study.num_rungs());
  EXPECT_EQ(study.num_rungs(), 2U);
  const experiment::Experiment first = study.experiment({0.1, 0.5, 0.3}, 0, state);
  EXPECT_EQ(first.name, "model_tft_lr_0.00316228_heads_2_fixed_7_epoch_1");
  const experiment::Experiment second = study.experiment({0.6, 0.5, 0.3}, 1, state);
  EXPECT_EQ(second.name, "model_lstm_lr_0.00316228_fixed_7_epoch_3");
  EXPECT_EQ(second.configuration["data"], "/scratch/me");
  EXPECT_FALSE(second.configuration.contains("tune"));
  study.make_folder(second);
  EXPECT_EQ(read_file(folder_ / second.name / "job.sh"), "#!/bin/sh\nrun config.yaml\n");
  EXPECT_NE(fs::status(folder_ / second.name / "job.sh").permissions() & fs::perms::owner_exec,
            fs::perms::none);
}

TEST_F(Tuned, DrawsTheSameForTheSameState) {
  make(kStudy);
  const TunedStudy study(folder_);
  const TunedStudy again(folder_);
  TuneState state(2);
  TuneState other(2);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(study.draw(state)->units, again.draw(other)->units);
    EXPECT_EQ(study.draw(state)->origin, i < 4 ? "random" : "tpe");
    add(study, state, 0.1 * i);
    add(again, other, 0.1 * i);
  }
  // Another order of values, other proposals.
  TuneState reversed(2);
  for (int i = 0; i < 12; ++i) add(study, reversed, -0.1 * i);
  EXPECT_NE(study.draw(reversed)->units, study.draw(state)->units);
}

TEST_F(Tuned, LeavesOutWhatConditionsLeaveOutAndWhatIsThere) {
  make(
      "experiment: {a: [1, 2, 3], b: [x, y]}\nsweep: {where: \"a < 3 or b == 'x'\"}\n"
      "tune: {metric: mse, better: lower, trials: 100}\n");
  const TunedStudy study(folder_);
  TuneState state(1);
  for (int i = 0; i < 5; ++i) add(study, state, 0.5);
  EXPECT_FALSE(study.draw(state));
  for (const Trial& trial : state.trials()) {
    EXPECT_NE(trial.rungs[0].parameters, Json({{"a", 3}, {"b", "y"}}));
  }
}

TEST_F(Tuned, ListsItsTrialsInTheManifest) {
  make(kStudy);
  const TunedStudy study(folder_);
  TuneState state(2);
  add(study, state, 0.5);
  add(study, state, 0.4);
  for (const Trial& trial : state.trials()) {
    study.make_folder(study.experiment(trial.units, 0, state));
  }
  EXPECT_TRUE(study.write_manifest(state, system_clock()));
  EXPECT_TRUE(study.write_manifest(state, system_clock()));
  const experiment::Manifest manifest = experiment::read_manifest(folder_);
  ASSERT_EQ(manifest.entries.size(), 2U);
  EXPECT_EQ(manifest.entries[0].name, state.trials()[0].rungs[0].experiment);
  EXPECT_EQ(manifest.entries[0].script, "job.sh");
  EXPECT_THAT(manifest.parameters, ElementsAre("model", "lr", "heads", "fixed", "epoch"));
  EXPECT_EQ(manifest.calls.size(), 1U);
}

TEST_F(Tuned, MayBeMadeTwiceButNotDifferently) {
  make(kStudy);
  EXPECT_EQ(problem_of(kStudy), "none");
  EXPECT_THAT(problem_of(std::string(kStudy) + "  trials: 3\n"),
              HasSubstr("is being tuned with other settings or templates"));
  EXPECT_EQ(sorted_entries(folder_).size(), 1U);  // and nothing is left of that
}

TEST_F(Tuned, SaysWhatDoesNotGo) {
  EXPECT_THAT(problem_of("experiment: {a: 1, epoch: 3}\nsweep: {zip: [[a, b]], repeat: 3}\n"
                         "tune: {metric: mse, better: lower, budget: {epoch: [1, 3]}}\n"),
              AllOf(HasSubstr("experiment.epoch is the budget already"),
                    HasSubstr("experiment has nothing to choose from"),
                    HasSubstr("sweep.zip does not go with tune"),
                    HasSubstr("sweep.repeat does not go with tune")));
  EXPECT_THAT(problem_of("experiment: {a: [1, 2]}\nsweep: {where: \"c > 1\"}\n"
                         "tune: {metric: mse, better: lower}\n"),
              HasSubstr("tune/study.yaml:"));
  EXPECT_FALSE(fs::exists(folder_));
  EXPECT_THROW(TunedStudy(dir_.path()), Error);
}

}  // namespace
}  // namespace sciwright::tuning
