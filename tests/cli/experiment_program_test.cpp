// `sciwright experiment` and `sciwright ee` as people type them.

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "bench/run_config.h"
#include "cloudmask/data/spec.h"
#include "earthquake/data/spec.h"
#include "experiment/manifest.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using experiment::Json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// A current folder of its own for each test; USER is tester.
class ExperimentProgram : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("USER", "tester", 1);
    ::setenv("HOME", dir_.path().c_str(), 1);
    before_ = fs::current_path();
    fs::current_path(dir_.path());
  }
  void TearDown() override { fs::current_path(before_); }

  static std::vector<std::string> folders(const std::string& folder) {
    std::vector<std::string> names;
    for (const fs::path& path : sorted_entries(folder)) {
      if (fs::is_directory(path)) names.push_back(path.filename().string());
    }
    return names;
  }
  static std::vector<std::string> manifest_names(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : experiment::read_manifest(folder).entries) names.push_back(entry.name);
    return names;
  }
  /// Every file below a folder but the manifest, with its content.
  static std::map<std::string, std::string> files(const std::string& folder) {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) {
        found[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
      }
    }
    found.erase(experiment::kManifestFile);
    return found;
  }

  TemporaryDirectory dir_;
  fs::path before_;
};

/// The configuration of the earthquake paper's example.
const char* const kPaperConfig =
    "application:\n  name: earthquake\n"
    "data: /scratch/{os.USER}/{application.name}\n"
    "experiment:\n  epoch: \"1,30,60\"\n  gpu: \"a100, v100\"\n  repeat: \"1,2,3,4,5\"\n";

/// A job script with the mistakes of the paper's template.
const char* const kPaperTemplate =
    "#!/bin/bash\n"
    "#SBATCH --job-name={application.earthquake}-{experiment.epoch}\n"
    "#SBATCH --gres=gpu:{experiment.gpu}:1\n"
    "#SBATCH -o %u-%j.out\n"
    "#SBATCH -o %u-%j.err\n"
    "export USER_SCRATCH={data}\n"
    "cd USER_SCRATCH\n"
    "earthquake --config config.yaml\n"
    "seff $SLURM_JOB_D\n";

TEST_F(ExperimentProgram, V1TakesThePapersConfigAndTemplateAsTheyAre) {
  write_file_atomic("config.yaml", kPaperConfig);
  write_file_atomic("slurm.in.sh", kPaperTemplate);
  const std::string command =
      "ee generate --source=slurm.in.sh --config=config.yaml --name=eq --output_dir=project "
      "--os=USER --noos --nocm";
  const Ended e = sciwright_with(command);
  EXPECT_EQ(e.code, 0);
  EXPECT_EQ(
      e.text,
      "warning: slurm.in.sh:5:9: -o is given again (first as -o in line 4); only the last one "
      "counts; did you mean '-e' for the errors?\n"
      "warning: slurm.in.sh:7:4: 'cd USER_SCRATCH' goes to a folder of that name; did you mean "
      "'$USER_SCRATCH'?\n"
      "warning: slurm.in.sh:9:6: Slurm sets no variable SLURM_JOB_D; did you mean "
      "'SLURM_JOB_ID'?\n"
      "warning: slurm.in.sh:2:20: {application.earthquake} is not known and stays as it is; "
      "application has name\n"
      "project: 30 new experiments\n");
  EXPECT_THAT(folders("project"), SizeIs(30));
  const auto names = manifest_names("project");
  EXPECT_EQ(names[0], "epoch_1_gpu_a100_repeat_1");
  EXPECT_EQ(names[5], "epoch_1_gpu_v100_repeat_1");
  EXPECT_EQ(names[29], "epoch_60_gpu_v100_repeat_5");
  EXPECT_THAT(read_file("project/epoch_1_gpu_a100_repeat_1/slurm.sh"),
              AllOf(HasSubstr("#SBATCH --gres=gpu:a100:1\n"),
                    HasSubstr("export USER_SCRATCH=/scratch/tester/earthquake\n")));
  EXPECT_EQ(sciwright_with(command + " --strict").code, 2);
}

TEST_F(ExperimentProgram, FindsTheFourMistakesOfThePapersTemplate) {
  write_file_atomic("config.yaml", kPaperConfig);
  write_file_atomic("slurm.in.sh", kPaperTemplate);
  const Ended e = sciwright_with("experiment lint slurm.in.sh --config config.yaml --os USER");
  EXPECT_EQ(e.code, 1);
  EXPECT_THAT(e.text, AllOf(HasSubstr("slurm.in.sh:2:20: {application.earthquake}"),
                            HasSubstr("slurm.in.sh:5:9: -o is given again"),
                            HasSubstr("slurm.in.sh:7:4: 'cd USER_SCRATCH'"),
                            HasSubstr("slurm.in.sh:9:6: Slurm sets no variable SLURM_JOB_D")));
  EXPECT_EQ(std::count(e.text.begin(), e.text.end(), '\n'), 4);
}

TEST_F(ExperimentProgram, V2ReplacesSectionsOfEarlierFiles) {
  write_file_atomic("c.yaml", "experiment: {card_name: a100}\n");
  write_file_atomic("exp_dict.yaml",
                    "experiment:\n  epoch: \"[1-2,5]\"\n  x: \"[1,3]\"\n  card_name: a100\n");
  write_file_atomic("slurm.in.sh", "#!/bin/sh\nrun config.yaml\n");
  EXPECT_EQ(
      sciwright_with("ee generate --source slurm.in.sh --config c.yaml,exp_dict.yaml --name p "
                     "--output_dir o")
          .code,
      0);
  EXPECT_THAT(manifest_names("o"),
              ElementsAre("epoch_1_x_1_card_name_a100", "epoch_1_x_3_card_name_a100",
                          "epoch_2_x_1_card_name_a100", "epoch_2_x_3_card_name_a100",
                          "epoch_5_x_1_card_name_a100", "epoch_5_x_3_card_name_a100"));
}

TEST_F(ExperimentProgram, V5AndV6SubmitWhatTheCommandLineAsksFor) {
  write_file_atomic("c.yaml", "application: {name: eq}\n");
  write_file_atomic("slurm.in.sh", "#!/bin/sh\nrun config.yaml\n");
  EXPECT_EQ(sciwright_with("ee generate --source=slurm.in.sh --config=c.yaml --name=p "
                           "--output_dir=OUT --experiment=\"epoch=[1-3] x=[1,4] y=[10,11]\"")
                .code,
            0);
  EXPECT_THAT(folders("OUT"), SizeIs(12));
  EXPECT_THAT(sciwright_with("ee generate submit --name=p").text,
              StartsWith("(cd OUT/epoch_1_x_1_y_10 && sbatch slurm.sh)  # epoch=1 x=1 y=10\n"
                         "(cd OUT/epoch_1_x_1_y_11 && sbatch slurm.sh)  # epoch=1 x=1 y=11\n"
                         "(cd OUT/epoch_1_x_4_y_10 && sbatch slurm.sh)  # epoch=1 x=4 y=10\n"));
  EXPECT_THAT(sciwright_with("ee generate submit --name=p.json --job_type=lsf").text,
              StartsWith("(cd OUT/epoch_1_x_1_y_10 && bsub slurm.sh)  # "));
  EXPECT_THAT(sciwright_with("ee generate submit --name=p.json --job_type=sh").text,
              StartsWith("(cd OUT/epoch_1_x_1_y_10 && sh slurm.sh)  # "));
  EXPECT_EQ(sciwright_with("ee generate submit --name=p.json --job_type=ssh").code, 2);
}

TEST_F(ExperimentProgram, LinesThatSubmitRunNothingElse) {
  write_file_atomic("c.json", R"({"experiment": {"x": ["a\ntouch broken\n#", "b"]}})");
  write_file_atomic("my slurm.in.sh", "#!/bin/sh\necho config\n");
  ASSERT_EQ(sciwright_with("ee generate '--source=my slurm.in.sh' --config=c.json --name=p "
                           "'--output_dir=my dir'")
                .code,
            0);
  EXPECT_EQ(sciwright_with("ee generate submit --name=p --job_type=sh").text,
            "(cd 'my dir/x_a-touch-broken--' && sh 'my slurm.sh')  # x=a touch broken #\n"
            "(cd 'my dir/x_b' && sh 'my slurm.sh')  # x=b\n");
}

TEST_F(ExperimentProgram, V8MakesAnEarlyStoppingStudyForTheCloudMask) {
  write_file_atomic(
      "config.yaml",
      "ee: {time: \"13:00:00\"}\nrun: {venvpath: ENV3, filesystem: project}\n"
      "submission: {benchmark: cloudmask, submitter: me, email: me@example.org, org: here,\n"
      "  division: open, version: v0.5, github_commit_version: TBD, status: submission,\n"
      "  platform: rivanna}\n"
      "experiment:\n  directive: \"a100-dgx\"\n  gpu_count: \"1\"\n  cpu_num: 1\n  mem: \"64GB\"\n"
      "  repeat: \"51,52,53,54,55,56,57,58,59,60,61,62,63,64\"\n  epoch: \"200\"\n  seed: 1234\n"
      "  learning_rate: 0.001\n  batch_size: 32\n  train_split: 0.8\n  clip_offset: 15\n"
      "  early_stoppage_patience: \"25\"\n  early_stoppage: \"False\"\n"
      "identifier: \"{experiment.directive}-{experiment.epoch}-{experiment.repeat}\"\n"
      "data:\n  scratch: /scratch\n  training: \"{data.scratch}/one-day\"\n"
      "  inference: \"{data.scratch}/ssts\"\n");
  write_file_atomic("slurm.in.sh", "#!/bin/sh\ncloudmask --config config.yaml\n");
  const Ended e =
      sciwright_with("experiment generate --source slurm.in.sh --config config.yaml --out project");
  EXPECT_EQ(e.text, "project: 14 new experiments\n");
  const std::string config = "project/" + folders("project").front() + "/config.yaml";
  const bench::RunConfig run =
      bench::resolve_run_config(cloudmask::spec(), {io::read_yaml(config)}, {});
  EXPECT_EQ(run.settings["training"]["epochs"], Json(200));
  EXPECT_EQ(run.settings["training"]["early_stopping"], Json(false));
  EXPECT_EQ(run.settings["data"]["train"], Json("/scratch/one-day"));
  EXPECT_EQ(io::read_yaml(config).value["identifier"], Json("a100-dgx-200-51"));
}

TEST_F(ExperimentProgram, V9WritesTheOriginalsManifest) {
  write_file_atomic("config.yaml",
                    "application: {name: demo}\ndata: \"/scratch/{os.USER}/{application.name}\"\n"
                    "experiment:\n  directive: v100\n  epoch: \"[1-2]\"\n  lr: 0.001\n"
                    "directives: {v100: {gres: \"gpu:v100:1\"}}\n");
  write_file_atomic("job.in.sh", "#!/bin/sh\n{slurm.sbatch}\nrun config.yaml\n");
  ASSERT_EQ(sciwright_with("ee generate --source=job.in.sh --config=config.yaml "
                           "--output_dir=project --os=USER --noos --nocm --name=demo")
                .code,
            0);
  const auto manifest = nlohmann::ordered_json::parse(read_file("demo.json"));
  ASSERT_EQ(manifest.size(), 2U);
  const Json entry = *manifest.begin();
  EXPECT_EQ(entry["id"], "directive_v100_epoch_1_lr_0.001");
  EXPECT_EQ(entry["directory"], "project/directive_v100_epoch_1_lr_0.001");
  EXPECT_EQ(entry["experiment"], "directive=v100 epoch=1 lr=0.001");
  EXPECT_EQ(entry["script"], "project/directive_v100_epoch_1_lr_0.001/job.sh");
  EXPECT_EQ(entry["config"], "project/directive_v100_epoch_1_lr_0.001/config.yaml");
  EXPECT_EQ(entry["copycode"], Json());
  EXPECT_EQ(entry["variables"]["data"], "/scratch/tester/demo");
  EXPECT_EQ(entry["variables"]["experiment"],
            Json::parse(R"({"card_name":"v100","directive":"v100","epoch":"1","lr":0.001})"));
}

TEST_F(ExperimentProgram, TheStudiesOfThePapersAreReady) {
  ASSERT_EQ(sciwright_with("experiment init .").code, 0);
  struct Ready {
    std::string study, site;
    std::size_t num;
  };
  for (const Ready& ready :
       {Ready{"nyu_cloudmask", "greene", 45}, Ready{"uva_cloudmask", "rivanna", 36},
        Ready{"early_stopping_cloudmask", "rivanna", 30},
        Ready{"earthquake_epochs", "rivanna", 20}}) {
    const Ended e = sciwright_with("experiment generate --strict --os USER --site sites/" +
                                   ready.site + ".yaml --config studies/" + ready.study +
                                   ".yaml --source slurm --out " + ready.study);
    EXPECT_EQ(e.code, 0) << e.text;
    const auto names = folders(ready.study);
    EXPECT_THAT(names, SizeIs(ready.num));
    const bool is_earthquake = ready.study.starts_with("earthquake");
    for (const std::string& name : names) {
      const io::Document config = io::read_yaml(fs::path(ready.study) / name / "config.yaml");
      const bench::RunConfig run = bench::resolve_run_config(
          is_earthquake ? earthquake::spec() : cloudmask::spec(), {config}, {});
      EXPECT_THAT(run.warnings, IsEmpty());
    }
    EXPECT_EQ(sciwright_with("experiment lint " + ready.study + "/" + names[0] + "/slurm.sh").text,
              "");
  }
}

TEST_F(ExperimentProgram, TheReadyJobScriptsAreGood) {
  ASSERT_EQ(sciwright_with("experiment init .").code, 0);
  for (const std::string name : {"slurm", "lsf", "pbs", "shell"}) {
    EXPECT_EQ(sciwright_with("experiment lint jobs/" + name + ".in.sh").text, "") << name;
  }
}

TEST_F(ExperimentProgram, TheReadyJobScriptsWorkAmongOthersToo) {
  write_file_atomic("study.yaml",
                    "run: {benchmark: hello}\nee: {time: 10}\nexperiment: {epoch: \"1,2\"}\n");
  make_directories("bin");
  // Like a run that is stopped: it leaves its folder, and asks to be resumed.
  write_file_atomic("bin/sciwright",
                    "#!/bin/sh\necho \"$@\"\nrun=${4#config_}\n"
                    "mkdir -p run_${run%.yaml} && touch run_${run%.yaml}/config.yaml\n");
  fs::permissions("bin/sciwright", fs::perms::owner_all);
  for (const std::string name : {"slurm", "lsf", "pbs", "shell"}) {
    ASSERT_EQ(sciwright_with("experiment generate --config study.yaml --mode f --source " + name +
                             " --out " + name)
                  .code,
              0);
    const std::string submit = "PATH=$PWD/bin:$PATH " + std::string(SCIWRIGHT_PROGRAM) +
                               " experiment submit -y -q --launcher local " + name;
    EXPECT_EQ(run_shell(submit).text, "2 succeeded, 0 failed\n");
    EXPECT_THAT(read_file(name + "/jobs/epoch_2/job.out"),
                HasSubstr("run hello --config config_epoch_2.yaml\n"));
    const std::string by_hand =
        "cd " + name + " && PATH=$PWD/../bin:$PATH PBS_O_WORKDIR=$PWD bash " + name + "_epoch_2.sh";
    EXPECT_THAT(run_shell(by_hand).text, HasSubstr("run hello --resume run_epoch_2\n"));
  }
}

TEST_F(ExperimentProgram, RunsAJobInAContainer) {
  write_file_atomic(
      "study.yaml",
      "run: {benchmark: hello}\nexperiment: {epoch: 1}\n"
      "container: {engine: singularity, image: /images/sci.sif, gpu: true, bind: [/data]}\n");
  ASSERT_EQ(sciwright_with("experiment generate --config study.yaml --source shell --out o").code,
            0);
  make_directories("bin");
  write_file_atomic("bin/singularity",
                    "#!/bin/sh\necho \"$@\" > " + (dir_.path() / "recorded").string() + "\n");
  fs::permissions("bin/singularity", fs::perms::owner_all);
  const std::string job =
      "PATH=" + (dir_.path() / "bin").string() + ":$PATH o/epoch_1/shell.sh > o/epoch_1/1.out";
  EXPECT_EQ(std::system(job.c_str()), 0);
  EXPECT_EQ(read_file("recorded"),
            "exec --nv --bind /data /images/sci.sif sciwright run hello --config config.yaml\n");
  EXPECT_THAT(sciwright_with("experiment list o --summary").text,
              "total: 1, pending: 0, done: 1\n");
}

TEST_F(ExperimentProgram, ADryRunWritesNothing) {
  write_file_atomic("study.yaml", "run: {benchmark: hello}\nexperiment: {epoch: \"1,2\"}\n");
  const Ended e =
      sciwright_with("experiment generate --config study.yaml --source shell --out o --dry-run");
  EXPECT_THAT(e.text, AllOf(StartsWith("o/\n  epoch_1/  config.yaml  shell.sh\n"),
                            HasSubstr("sciwright run hello")));
  EXPECT_FALSE(fs::exists("o"));
}

TEST_F(ExperimentProgram, SaysEverythingThatIsWrong) {
  write_file_atomic("study.yaml", "a: \"{b}\"\nb: \"{a}\"\nexperiment: {epoch: \"[3-1]\"}\n");
  EXPECT_EQ(sciwright_with("experiment generate --config study.yaml --source shell --out o").text,
            "sciwright: study.yaml:1:1: a refers to itself: a → b → a\n");
  write_file_atomic("study.yaml", "experiment: {epoch: \"[3-1]\"}\n");
  const Ended bad =
      sciwright_with("experiment generate --config study.yaml --source shell --out o");
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.text, HasSubstr("study.yaml:1:14: experiment.epoch is [3-1]: start > stop"));
  const Ended missing =
      sciwright_with("experiment generate --config study.yaml --source no.sh,neither.sh --out o");
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.text,
              AllOf(HasSubstr("no.sh: cannot read"), HasSubstr("neither.sh: cannot read")));
  write_file_atomic("study.yaml", "experiment: {epoch: {range: [1, 10001]}}\n");
  const Ended many =
      sciwright_with("experiment generate --config study.yaml --source shell --out o");
  EXPECT_EQ(many.code, 2);
  EXPECT_THAT(many.text, HasSubstr("more than 10000 experiments; --yes makes them all"));
  write_file_atomic("file", "");
  write_file_atomic("study.yaml", "experiment: {epoch: 1}\n");
  const Ended unwritable =
      sciwright_with("experiment generate --config study.yaml --source shell --out file/o");
  EXPECT_EQ(unwritable.code, 2);
  EXPECT_THAT(unwritable.text, HasSubstr("file/o: cannot create this directory"));
  EXPECT_FALSE(fs::exists("o"));
}

TEST_F(ExperimentProgram, PrintsASchemaForEditors) {
  const Json schema = Json::parse(sciwright_with("experiment schema").text);
  EXPECT_TRUE(schema["properties"].contains("sweep"));
}

TEST_F(ExperimentProgram, UnpacksWhatIsPacked) {
  write_file_atomic("study.yaml", "run: {benchmark: hello}\nexperiment: {epoch: \"1,2\"}\n");
  ASSERT_EQ(
      sciwright_with("experiment generate --config study.yaml --source shell --out o --packed")
          .code,
      0);
  EXPECT_THAT(folders("o"), IsEmpty());
  EXPECT_EQ(sciwright_with("experiment unpack o epoch_2").text, "o/epoch_2\n");
  EXPECT_TRUE(fs::exists("o/epoch_2/shell.sh"));
  EXPECT_EQ(sciwright_with("experiment unpack o epoch_7").code, 2);
}

/// Starts a generate and kills it once the entry is there.
void kill_generate_at(const fs::path& entry) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::execl(SCIWRIGHT_PROGRAM, SCIWRIGHT_PROGRAM, "experiment", "generate", "--config",
            "study.yaml", "--source", "shell", "--out", "o", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (fs::exists(entry)) ::kill(child, SIGKILL);
  }
}

TEST_F(ExperimentProgram, LosesNothingWhenKilled) {
  write_file_atomic("study.yaml",
                    "run: {benchmark: hello}\nexperiment: {epoch: {range: [1, 50]}, lr: [1, 2]}\n");
  const std::string command = "experiment generate --config study.yaml --source shell --out ";
  ASSERT_EQ(sciwright_with(command + "whole").code, 0);
  const auto expected = files("whole");
  const auto names = manifest_names("whole");
  const int num_kills = is_long() ? 200 : 20;
  RandomStream random(derive_seed(1, "kill"));
  int num_partial = 0;
  for (int i = 0; i < num_kills; ++i) {
    const auto at = random.below(102);  // 0, 1: before the first, and within the first
    const std::string manifest = std::string("o/") + experiment::kManifestFile;
    kill_generate_at(at == 0 ? "o" : at == 1 ? manifest : "o/" + names.at(at - 2));
    const auto left = fs::exists("o") ? folders("o") : std::vector<std::string>();
    if (left.size() < 100) ++num_partial;
    for (const std::string& name : left) {
      if (name == ".generate") continue;
      for (const std::string file : {"config.yaml", "shell.sh"}) {
        ASSERT_EQ(read_file(fs::path("o") / name / file), expected.at(name + "/" + file));
      }
    }
    if (i % 2 == 1) continue;  // every other one is killed again before it is completed
    ASSERT_EQ(sciwright_with(command + "o").code, 0);
    ASSERT_EQ(files("o"), expected);
    ASSERT_THAT(manifest_names("o"), SizeIs(100));
    fs::remove_all("o");
  }
  EXPECT_GT(num_partial, num_kills / 4);  // or nothing was tested
}

}  // namespace
}  // namespace sciwright
