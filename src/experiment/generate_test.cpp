#include "experiment/generate.h"

#include <fstream>
#include <set>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "experiment/listing.h"
#include "record/run_lock.h"

namespace sciwright::experiment {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::optional<std::string> tester(const std::string& name) {
  if (name == "USER") return "tester";
  return std::nullopt;
}

/// A folder with the inputs of studies and what is made of them.
class Generate : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) const {
    write_file_atomic(dir_.path() / name, content);
    return (dir_.path() / name).string();
  }
  Study study(const std::string& yaml, const std::string& script = "#!/bin/sh\nrun config.yaml\n",
              std::vector<std::string> os = {}) const {
    return Study({.configuration = {.files = {file("study.yaml", yaml)}, .os_names = std::move(os)},
                  .templates = {Template("job.in.sh", script)}},
                 tester);
  }
  GenerateReport make(const Study& s, GenerateRequest request = {}) const {
    request.out = out_;
    return generate(s, request, system_clock());
  }
  std::string problem_of(const Study& s, const GenerateRequest& request = {}) const {
    try {
      make(s, request);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }
  /// Every file below `out_` with its content.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    if (!fs::exists(out_)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(out_)) {
      const std::string name = fs::relative(entry.path(), out_).string();
      found[name] = entry.is_regular_file() ? read_file(entry.path()) : "/";
    }
    return found;
  }
  std::vector<std::string> folders() const {
    std::vector<std::string> names;
    for (const fs::path& path : sorted_entries(out_)) {
      if (fs::is_directory(path)) names.push_back(path.filename().string());
    }
    return names;
  }

  TemporaryDirectory dir_;
  fs::path out_ = dir_.path() / "a" / "project";
};

const char* const kV9 =
    "application:\n  name: demo\n"
    "data: \"/scratch/{os.USER}/{application.name}\"\n"
    "ee:\n  time: \"1:00:00\"\n"
    "system:\n  host: rivanna\n"
    "experiment:\n  directive: v100\n  epoch: \"[1-2]\"\n  lr: 0.001\n"
    "directives:\n  rivanna:\n    v100:\n      gres: gpu:v100:1\n      partition: bii-gpu\n"
    "      account: bii_dsc_community\n";
const char* const kV9Script =
    "#!/bin/bash\n#SBATCH --job-name={application.name}-{experiment.epoch}\n"
    "#SBATCH --time={ee.time}\n{slurm.sbatch}\n"
    "echo \"# cloudmesh status=running progress=1 pid=$$\"\n"
    "run --config=config.yaml --data={data} --lr={experiment.lr} --id={ee.identifier} "
    "--home=${HOME}\n"
    "echo \"# cloudmesh status=done progress=100 pid=$$\"\n";

TEST_F(Generate, V9MakesTheOriginalsFolders) {
  EXPECT_EQ(make(study(kV9, kV9Script, {"USER"})).num_new, 2U);
  EXPECT_THAT(folders(),
              ElementsAre("directive_v100_epoch_1_lr_0.001", "directive_v100_epoch_2_lr_0.001"));
  const fs::path first = out_ / "directive_v100_epoch_1_lr_0.001";
  EXPECT_EQ(read_file(first / "job.sh"),
            "#!/bin/bash\n#SBATCH --job-name=demo-1\n#SBATCH --time=1:00:00\n"
            "#SBATCH --gres=gpu:v100:1\n#SBATCH --partition=bii-gpu\n"
            "#SBATCH --account=bii_dsc_community\n"
            "echo \"# cloudmesh status=running progress=1 pid=$$\"\n"
            "run --config=config.yaml --data=/scratch/tester/demo --lr=0.001 "
            "--id=directive_v100_epoch_1_lr_0.001 --home=${HOME}\n"
            "echo \"# cloudmesh status=done progress=100 pid=$$\"\n");
  EXPECT_EQ(::access((first / "job.sh").c_str(), X_OK), 0);
  Json config = io::read_yaml(first / "config.yaml").value;
  EXPECT_EQ(config["ee"]["uuid"].get<std::string>().size(), 36U);
  config["ee"].erase("uuid");
  EXPECT_EQ(config, Json::parse(R"({
      "application": {"name": "demo"}, "data": "/scratch/tester/demo",
      "ee": {"identifier": "directive_v100_epoch_1_lr_0.001", "time": "1:00:00"},
      "experiment": {"card_name": "v100", "directive": "v100", "epoch": "1", "lr": 0.001},
      "os": {"USER": "tester"},
      "slurm": {"sbatch": "#SBATCH --gres=gpu:v100:1\n#SBATCH --partition=bii-gpu\n#SBATCH --account=bii_dsc_community"},
      "system": {"host": "rivanna"}})"));
}

TEST_F(Generate, KeepsAManifest) {
  make(study("experiment: {epoch: \"1,2\", lr: 0.1}\n"));
  const Manifest m = read_manifest(out_);
  EXPECT_THAT(m.parameters, ElementsAre("epoch", "lr"));
  ASSERT_THAT(m.entries, SizeIs(2));
  const ManifestEntry& e = m.entries[1];
  EXPECT_EQ(e.name, "epoch_2_lr_0.1");
  EXPECT_EQ(e.directory, "epoch_2_lr_0.1");
  EXPECT_EQ(e.script, "job.sh");
  EXPECT_EQ(e.config, "config.yaml");
  EXPECT_EQ(e.assignment, "epoch=2 lr=0.1");
  EXPECT_EQ(parameters_of(e), Json::parse(R"({"epoch":"2","lr":0.1})"));
  EXPECT_EQ(e.id, e.hash.substr(0, 16));
  EXPECT_NE(e.id, m.entries[0].id);
}

TEST_F(Generate, MakesOnlyWhatIsNew) {
  make(study("experiment: {epoch: \"1,2\"}\n"));
  const auto before = files();
  const GenerateReport again = make(study("experiment: {epoch: \"1,2\"}\n"));
  EXPECT_EQ(again.num_known, 2U);
  EXPECT_EQ(files(), before);
  const GenerateReport more = make(study("experiment: {epoch: \"1,5,2\"}\n"));
  EXPECT_EQ(more.num_new, 1U);
  EXPECT_EQ(more.num_known, 2U);
  EXPECT_THAT(folders(), ElementsAre("epoch_1", "epoch_2", "epoch_5"));
  fs::remove_all(out_ / "epoch_2");
  EXPECT_EQ(make(study("experiment: {epoch: \"1,5,2\"}\n")).num_new, 1U);
}

TEST_F(Generate, RefusesToMixConfigurationsAndTemplates) {
  make(study("experiment: {epoch: \"1,2\"}\ndata: /a\n"));
  const auto before = files();
  EXPECT_THAT(problem_of(study("experiment: {epoch: \"5,2\"}\ndata: /b\n")),
              HasSubstr("epoch_2 is there already, from another configuration (data differs)"));
  EXPECT_EQ(files(), before);
  EXPECT_THAT(problem_of(study("experiment: {epoch: \"1,2\"}\ndata: /a\n", "#!/bin/sh\nother\n")),
              HasSubstr("epoch_1 is there already, from other templates"));
  EXPECT_EQ(files(), before);
}

TEST_F(Generate, RefreshRewritesWhatHasChanged) {
  make(study("experiment: {epoch: \"1,2\"}\ndata: /a\n"));
  const GenerateReport r =
      make(study("experiment: {epoch: \"1,2,3\"}\ndata: /b\n"), {.out = {}, .refresh = true});
  EXPECT_EQ(r.num_refreshed, 2U);
  EXPECT_EQ(r.num_new, 1U);
  EXPECT_THAT(read_file(out_ / "epoch_1/config.yaml"), HasSubstr("data: /b"));
  EXPECT_THAT(read_manifest(out_).entries, SizeIs(3));
}

TEST_F(Generate, RecognisesEqualExperimentsOfAStudy) {
  const GenerateReport r = make(study(
      "experiment: {epoch: [1, 2]}\nsweep: {include: [{epoch: 2}, {epoch: 3}, {epoch: 3}]}\n"));
  EXPECT_EQ(r.num_new, 3U);
  EXPECT_EQ(r.num_duplicates, 2U);
}

TEST_F(Generate, AddsThePartOfAHashToNamesThatAreTaken) {
  make(study("experiment: {p: [\"a b\", \"a/b\"]}\n"));
  const auto names = folders();
  ASSERT_THAT(names, SizeIs(2));
  EXPECT_EQ(names[0], "p_a-b");
  EXPECT_THAT(names[1], ::testing::MatchesRegex("p_a-b-[0-9a-f]{12}"));
  EXPECT_EQ(make(study("experiment: {p: [\"a b\", \"a/b\"]}\n")).num_known, 2U);
}

TEST_F(Generate, CutsLongNames) {
  make(study("experiment: {p: [\"" + std::string(300, 'x') + "\"]}\n"));
  ASSERT_THAT(folders(), SizeIs(1));
  EXPECT_EQ(folders()[0].size(), 255U);
  EXPECT_EQ(io::read_yaml(out_ / folders()[0] / "config.yaml").value["ee"]["identifier"],
            Json(folders()[0]));
}

TEST_F(Generate, WritesFlat) {
  make(study("experiment: {epoch: \"1,2\", x: 1}\n", "#!/bin/sh\n# config\n"),
       {.out = {}, .layout = Layout::kFlat});
  std::vector<std::string> names;
  for (const auto& [name, content] : files()) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("config_epoch_1_x_1.yaml", "config_epoch_2_x_1.yaml",
                                 "experiments.jsonl", "job_epoch_1_x_1.sh", "job_epoch_2_x_1.sh"));
  const ManifestEntry e = read_manifest(out_).entries.at(0);
  EXPECT_EQ(e.directory + "/" + e.script, "./job_epoch_1_x_1.sh");
}

TEST_F(Generate, PacksAndUnpacks) {
  make(study("experiment: {epoch: \"1,2\"}\n"), {.out = {}, .layout = Layout::kPacked});
  std::vector<std::string> names;
  for (const auto& [name, content] : files()) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("experiments.jsonl", "packed.jsonl"));
  const ManifestEntry e = read_manifest(out_).entries.at(1);
  EXPECT_EQ(unpack(out_, e), out_ / "epoch_2");
  EXPECT_THAT(read_file(out_ / "epoch_2/config.yaml"), HasSubstr("epoch: \"2\""));
  EXPECT_EQ(::access((out_ / "epoch_2/job.sh").c_str(), X_OK), 0);
  EXPECT_EQ(make(study("experiment: {epoch: \"1,2\"}\n"), {.out = {}, .layout = Layout::kPacked})
                .num_known,
            2U);
}

TEST_F(Generate, CopiesCode) {
  const std::string script = file("run.py", "print()\n");
  make_directories(dir_.path() / "lib/deep");
  file("lib/deep/a.txt", "a\n");
  const CodeCopy copy(script + "," + (dir_.path() / "lib").string(), CopyMethod::kCopy);
  make(study("experiment: {epoch: 1}\n"), {.out = {}, .code = copy});
  EXPECT_EQ(read_file(out_ / "epoch_1/run.py"), "print()\n");
  EXPECT_EQ(read_file(out_ / "epoch_1/lib/deep/a.txt"), "a\n");
  const CodeCopy link(script, CopyMethod::kLink);
  make(study("experiment: {epoch: 2}\n"), {.out = {}, .code = link});
  struct stat status {};
  ASSERT_EQ(::stat((out_ / "epoch_2/run.py").c_str(), &status), 0);
  EXPECT_EQ(status.st_nlink, 2U);
}

TEST_F(Generate, NamesAllCodeThatIsMissing) {
  try {
    CodeCopy("no1.py,no[2-3].py", CopyMethod::kCopy);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no1.py does not exist"));
    EXPECT_THAT(error.what(), HasSubstr("no3.py does not exist"));
  }
}

TEST_F(Generate, RefusesCodeThatWouldNotBeCopiedOrWithoutEnd) {
  const auto problem = [&](const std::string& list) -> std::string {
    try {
      make(study("experiment: {epoch: 1}\n"),
           {.out = {}, .code = CodeCopy(list, CopyMethod::kCopy)});
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(problem(dir_.path().string()), HasSubstr("where its copies go"));
  EXPECT_EQ(problem(".."), "--copycode: .. has no name of its own to be copied to");
  EXPECT_EQ(problem("."), "--copycode: . has no name of its own to be copied to");
  const std::string config = file("config.yaml", "a: 1\n");
  EXPECT_EQ(problem(config),
            "--copycode: " + config + " would have the place of the experiment's own config.yaml");
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(Generate, RefusesTemplatesCalledAsWhatAJobWrites) {
  const auto problem = [&](const std::string& name) -> std::string {
    try {
      Study({.configuration = {.files = {file("study.yaml", "experiment: {epoch: 1}\n")}},
             .templates = {Template(name, "#!/bin/sh\n")}},
            tester);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(problem("job.1.jsonl"), "a template would be called job.1.jsonl, as what a job writes");
  EXPECT_EQ(problem("run"), "a template would be called run, as what a job writes");
  EXPECT_EQ(problem("job.in.sh"), "none");
}

TEST_F(Generate, ResolvesReferencesInListsOfValues) {
  make(study("experiment: {y: [1, 2], x: [\"{experiment.y}\", \"eval({experiment.y} + 1)\"]}\n"),
       {.out = {}});
  std::set<std::string> values;
  for (const ManifestEntry& e : read_manifest(out_).entries) {
    const std::string text = read_file(out_ / e.directory / "config.yaml");
    values.insert(text.substr(text.find("experiment:")));
  }
  EXPECT_THAT(values,
              ElementsAre("experiment:\n  x: 1\n  y: 1\n", "experiment:\n  x: 2\n  y: 1\n",
                          "experiment:\n  x: 2\n  y: 2\n", "experiment:\n  x: 3\n  y: 2\n"));
}

TEST_F(Generate, LeavesNothingWhenItFails) {
  const Study s = study("experiment: {a: [1, 2, x]}\nb: \"eval(2 * {experiment.a})\"\n");
  EXPECT_THAT(problem_of(s), HasSubstr("b: cannot compute eval(2 * x): '2 * x': 'x' is not known"));
  EXPECT_FALSE(fs::exists(dir_.path() / "a"));
  make(study("experiment: {a: [1]}\nb: \"eval(2 * {experiment.a})\"\n"));
  const auto before = files();
  EXPECT_THAT(problem_of(s), HasSubstr("cannot compute"));
  EXPECT_EQ(files(), before);
}

TEST_F(Generate, LeavesFoldersOfOthersAlone) {
  make_directories(out_ / "epoch_2");
  write_file_atomic(out_ / "epoch_2/thesis.txt", "precious\n");
  const auto before = files();
  EXPECT_THAT(problem_of(study("experiment: {epoch: \"1,2\"}\n")),
              HasSubstr("epoch_2: is there already and is not what this study would make"));
  EXPECT_EQ(files(), before);
}

TEST_F(Generate, CompletesWhatAKilledOneLeft) {
  make(study("experiment: {epoch: \"1,2,3\"}\n"));
  const auto whole = files();
  // Killed after two folders, within the second line of the manifest, with a third in the making.
  std::string manifest = read_file(out_ / kManifestFile);
  const auto lines = manifest.find('\n', manifest.find('\n') + 1) + 1;
  std::ofstream(out_ / kManifestFile) << manifest.substr(0, lines + 20);
  fs::remove_all(out_ / "epoch_3");
  make_directories(out_ / ".generate/new");
  write_file_atomic(out_ / ".generate/new/config.yaml", "half");
  const GenerateReport r = make(study("experiment: {epoch: \"1,2,3\"}\n"));
  EXPECT_EQ(r.num_known, 1U);
  EXPECT_EQ(r.num_new, 2U);
  auto repaired = files();
  EXPECT_THAT(read_manifest(out_).entries, SizeIs(3));
  repaired.erase(kManifestFile);
  auto expected = whole;
  expected.erase(kManifestFile);
  EXPECT_EQ(repaired, expected);
}

TEST_F(Generate, RefusesASecondGenerateAtTheSameTime) {
  make_directories(out_);
  const record::RunLock lock(out_ / ".generate.lock", system_clock());
  EXPECT_THAT(problem_of(study("experiment: {epoch: 1}\n")), HasSubstr(".generate.lock"));
}

TEST_F(Generate, ShowsATreeWithoutWriting) {
  EXPECT_EQ(
      preview(study("experiment: {epoch: \"[1-3]\"}\n", "#!/bin/sh\nrun {experiment.epoch}\n"),
              {.out = "o"}, 2)
          .substr(0, 108),
      "o/\n  epoch_1/  config.yaml  job.sh\n  epoch_2/  config.yaml  job.sh\n  … and 1 more\n\n"
      "== epoch_1/config.yaml\n");
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(Generate, WarnsOfNamesNobodyKnowsOrUses) {
  const Study s = study("application: {name: eq}\nexperiment: {epoch: 1, lr: 2}\n",
                        "#!/bin/sh\nrun {application.earthquake} {experiment.epochs} "
                        "{experiment.epoch}\n",
                        {"USER"});
  EXPECT_THAT(
      s.warnings(),
      ElementsAre(
          HasSubstr("job.in.sh:2:5: {application.earthquake} is not known and stays as it is; "
                    "application has name"),
          HasSubstr("job.in.sh:2:30: {experiment.epochs} is not known and stays as it is; "
                    "did you mean 'experiment.epoch'?"),
          HasSubstr("--os: {os.USER} is used nowhere"),
          HasSubstr("study.yaml:2:24: experiment.lr is used nowhere")));
}

TEST_F(Generate, SaysWhichDirectiveIsMissing) {
  EXPECT_THAT(
      problem_of(study("experiment: {directive: a1000}\nsystem: {host: greene}\n"
                       "directives: {greene: {a100: {gres: x}}}\n",
                       "#!/bin/sh\n{slurm.sbatch}\n# config\n")),
      HasSubstr("study.yaml:1:14: experiment.directive: the directives of host 'greene' have "
                "no 'a1000'; did you mean 'a100'?"));
}

TEST_F(Generate, SaysWhenConditionsLeaveOutEverything) {
  EXPECT_THAT(problem_of(study("experiment: {epoch: [1]}\nsweep: {where: epoch > 1}\n")),
              HasSubstr("leave out every combination"));
  EXPECT_FALSE(fs::exists(out_));
}

TEST(Listing, ReadsProgressLines) {
  const ProgressLine p = last_progress(
      "# cloudmesh status=running progress=1 pid=3\nx\n"
      "# cloudmesh status=done progress=100 pid=3 msg='all is well' time=\"a b\"\nend\n");
  EXPECT_EQ(p.status, "done");
  EXPECT_EQ(p.percent, 100);
  EXPECT_EQ(p.message, "all is well");
  EXPECT_EQ(last_progress("nothing").status, "");
  EXPECT_EQ(last_progress("# cloudmesh status=running progress=many").percent, -1);
}

TEST_F(Generate, ListsExperimentsWithTheirProgress) {
  make(study("experiment: {epoch: \"1,2,10\", gpu: a100}\n"));
  write_file_atomic(out_ / "epoch_1_gpu_a100/1.out",
                    "# cloudmesh status=done progress=100 msg=finished\n");
  write_file_atomic(out_ / "epoch_2_gpu_a100/1.out", "# cloudmesh status=running progress=5\n");
  const Listing l = list_experiments(out_);
  const std::string text = listing_text(l);
  EXPECT_THAT(text, HasSubstr("epoch   gpu  space  status"));
  EXPECT_THAT(text, HasSubstr("done     100 %  finished"));
  EXPECT_THAT(text, HasSubstr("total: 3, pending: 1, done: 1, running: 1\n"));
  EXPECT_EQ(listing_json(l)[2]["name"], "epoch_10_gpu_a100");
  EXPECT_EQ(listing_json(l)[2]["percent"], Json());
  fs::remove(out_ / kManifestFile);  // as the original leaves it
  EXPECT_THAT(list_experiments(out_).experiments, SizeIs(3));
  EXPECT_THROW(list_experiments(dir_.path()), Error);
}

}  // namespace
}  // namespace sciwright::experiment
