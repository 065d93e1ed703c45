// What `sciwright experiment generate` says of studies for the benchmarks, as people type it.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "bench/run_config.h"
#include "earthquake/data/spec.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

/// A current folder of its own for each test; USER is tester.
class StudyProgram : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("USER", "tester", 1);
    before_ = fs::current_path();
    fs::current_path(dir_.path());
  }
  void TearDown() override { fs::current_path(before_); }

  TemporaryDirectory dir_;
  fs::path before_;
};

/// The first block of docs/experiments.md that is a study.
std::string documented_study() {
  const std::string page = read_file(SCIWRIGHT_SOURCE_DIR "/docs/experiments.md");
  const auto start = page.find("    run: {benchmark");
  return page.substr(start, page.find("\n\n", start) - start) + "\n";
}

TEST_F(StudyProgram, TheDocumentedStudyIsOneThatRuns) {
  write_file_atomic("study.yaml", documented_study());
  const Ended e = sciwright_with(
      "experiment generate --config study.yaml --source slurm --out o --os USER --strict");
  EXPECT_EQ(e.code, 0) << e.text;
  for (const auto& entry : fs::directory_iterator("o")) {
    if (!entry.is_directory()) continue;
    const io::Document config = io::read_yaml(entry.path() / "config.yaml");
    EXPECT_THAT(bench::resolve_run_config(earthquake::spec(), {config}, {}).warnings, IsEmpty());
  }
}

TEST_F(StudyProgram, WarnsOfWhatTheBenchmarkDoesNotTake) {
  write_file_atomic("study.yaml",
                    "run: {benchmark: hello}\n"
                    "scratch: /tmp\n"
                    "hello: {noise: loud}\n"
                    "experiment:\n"
                    "  lerning_rate: [0.1, 0.2]\n"
                    "  colour: red\n"
                    "  epoch: [1, -1]\n"
                    "  batch_size: 16\n");
  write_file_atomic("job.in.sh", "#!/bin/sh\nsciwright run {run.benchmark} --config config.yaml\n");
  const std::string command = "experiment generate --config study.yaml --source job.in.sh --out ";
  const Ended e = sciwright_with(command + "o");
  EXPECT_EQ(e.code, 0);
  EXPECT_EQ(
      e.text,
      "warning: study.yaml:2:1: scratch is not a known section or setting; did you mean 'sbatch'? "
      "(sciwright run hello would refuse it)\n"
      "warning: study.yaml:3:9: noise is \"loud\", must be a number (sciwright run hello would "
      "refuse it)\n"
      "warning: study.yaml:5:3: experiment.lerning_rate is no setting of hello and is ignored; "
      "did you mean 'learning_rate'?\n"
      "warning: study.yaml:6:3: experiment.colour is no setting of hello and is ignored\n"
      "warning: study.yaml:7:3: epochs is -1, must be at least 1 (sciwright run hello would refuse "
      "it)\n"
      "o: 4 new experiments\n");
  EXPECT_EQ(sciwright_with(command + "strict --strict").code, 2);
  EXPECT_FALSE(fs::exists("strict"));
}

TEST_F(StudyProgram, AParameterMayBeForTheJobScriptOnly) {
  write_file_atomic("study.yaml",
                    "run: {benchmark: hello}\nexperiment: {colour: \"red,blue\", epoch: 1}\n");
  write_file_atomic("job.in.sh",
                    "#!/bin/sh\n# {experiment.colour}\nsciwright run hello --config config.yaml\n");
  EXPECT_EQ(
      sciwright_with("experiment generate --config study.yaml --source job.in.sh --out o").text,
      "o: 2 new experiments\n");
}

TEST_F(StudyProgram, WithoutDirectivesTheReadyScriptsHaveNone) {
  write_file_atomic("study.yaml",
                    "run: {benchmark: hello}\nee: {time: 10}\nexperiment: {epoch: 1}\n");
  for (const std::string name : {"slurm", "lsf", "pbs"}) {
    const Ended e = sciwright_with("experiment generate --strict --config study.yaml --source " +
                                   name + " --out of_" + name);
    EXPECT_EQ(e.text, "of_" + name + ": 1 new experiments\n");
    const std::string script = read_file("of_" + name + "/epoch_1/" + name + ".sh");
    EXPECT_EQ(script.find("{" + name + "."), std::string::npos) << script;
  }
  ASSERT_EQ(sciwright_with("experiment init .").code, 0);
  EXPECT_EQ(
      sciwright_with("experiment generate --config studies/uva_cloudmask.yaml --source slurm "
                     "--out uva")
          .text,
      "warning: studies/uva_cloudmask.yaml:11:3: experiment.directive asks for nothing: there "
      "is no section 'directives'; --site FILE may have one\n"
      "uva: 36 new experiments\n");
}

TEST_F(StudyProgram, JobsOfAllSchedulersRunWithDirectives) {
  write_file_atomic("study.yaml",
                    "run: {benchmark: hello}\nee: {time: 10}\ndirectives: {a: {q: fast}}\n"
                    "experiment: {directive: a, epoch: 1}\n");
  for (const std::string name : {"slurm", "lsf", "pbs"}) {
    const Ended e = sciwright_with("experiment generate --strict --config study.yaml --source " +
                                   name + " --out " + name);
    EXPECT_EQ(e.text, name + ": 1 new experiments\n");
  }
}

TEST_F(StudyProgram, SaysWhatAMisspeltSweepMeant) {
  write_file_atomic("study.yaml", "experiment: {epoch: 1}\nsweep: {exclud: [epoch > 1]}\n");
  const Ended e = sciwright_with("experiment generate --config study.yaml --source shell --out o");
  EXPECT_EQ(e.code, 2);
  EXPECT_EQ(e.text,
            "sciwright: study.yaml:2:9: exclud is not a known setting; did you mean 'exclude'?\n");
}

TEST_F(StudyProgram, WarnsOfAttributesThatNothingUses) {
  write_file_atomic("study.yaml", "experiment: {epoch: 1}\n");
  write_file_atomic("job.in.sh", "#!/bin/sh\necho {experiment.epoch} {site.name}\n");
  EXPECT_EQ(sciwright_with("experiment generate --config study.yaml --source job.in.sh --out o "
                           "--attributes site.name=here,site.nam=there,sweep.repeat=2")
                .text,
            "warning: --attributes: {site.nam} is used nowhere\no: 2 new experiments\n");
}

TEST_F(StudyProgram, APythonTemplateMayTakeAllParameters) {
  write_file_atomic("study.yaml", "experiment: {epoch: \"1,2\"}\n");
  write_file_atomic("job.in.py", "# %% parameters\nepoch = 0\n# %%\nprint(epoch)\n");
  EXPECT_EQ(
      sciwright_with("experiment generate --config study.yaml --source job.in.py --out o").text,
      "o: 2 new experiments\n");
}

}  // namespace
}  // namespace sciwright
