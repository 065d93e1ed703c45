#include "campaign/file_comparison.h"

#include <fcntl.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "campaign/fabricated_study.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Two folders of one experiment; those who compare look from the target.
class Comparison : public testing::Test {
 protected:
  void source(const std::string& key, const std::string& text) const { put("source", key, text); }
  void target(const std::string& key, const std::string& text) const { put("target", key, text); }
  void both(const std::string& key, const std::string& text) const {
    source(key, text);
    target(key, text);
  }
  ExperimentComparison compare() const {
    return compare_experiments(ExperimentFiles(dir_.path() / "source"),
                               ExperimentFiles(dir_.path() / "target"));
  }

  TemporaryDirectory dir_;

 private:
  void put(const std::string& folder, const std::string& key, const std::string& text) const {
    const fs::path path = dir_.path() / folder / key;
    make_directories(path.parent_path());
    FabricatedStudy::write(path, text);
  }
};

TEST_F(Comparison, SeesThatOneIsTheBeginningOfTheOther) {
  source("a", "one\n");
  target("a", "one\ntwo\n");
  const fs::path a = dir_.path() / "source" / "a";
  const fs::path b = dir_.path() / "target" / "a";
  EXPECT_EQ(compare_files(a, b), FileRelation::kFirstIsBeginning);
  EXPECT_EQ(compare_files(b, a), FileRelation::kSecondIsBeginning);
  EXPECT_EQ(compare_files(a, a), FileRelation::kEqual);
  FabricatedStudy::write(b, "two\n");
  EXPECT_EQ(compare_files(a, b), FileRelation::kDifferent);
}

TEST_F(Comparison, BelievesTimesOnlyToTheNanosecond) {
  source("a", "one\n");
  target("a", "two\n");
  const fs::path a = dir_.path() / "source" / "a";
  const fs::path b = dir_.path() / "target" / "a";
  const auto set_time = [&](long nanoseconds) {
    const timespec times[2] = {{1000, nanoseconds}, {1000, nanoseconds}};
    ASSERT_EQ(::utimensat(AT_FDCWD, a.c_str(), times, 0), 0);
    ASSERT_EQ(::utimensat(AT_FDCWD, b.c_str(), times, 0), 0);
  };
  set_time(0);
  EXPECT_EQ(compare_files(a, b), FileRelation::kDifferent);
  set_time(5);
  EXPECT_EQ(compare_files(a, b), FileRelation::kEqual);
}

TEST_F(Comparison, ComparesLinksByWhereTheyPoint) {
  source("a", "x");
  both("b", "x");
  const fs::path folder = dir_.path() / "source";
  fs::create_symlink("a", folder / "one");
  fs::create_symlink("a", folder / "two");
  fs::create_symlink("b", folder / "other");
  EXPECT_EQ(compare_files(folder / "one", folder / "two"), FileRelation::kEqual);
  EXPECT_EQ(compare_files(folder / "one", folder / "other"), FileRelation::kDifferent);
  EXPECT_EQ(compare_files(folder / "one", folder / "a"), FileRelation::kDifferent);
}

TEST_F(Comparison, FindsWhatTheTargetLacks) {
  both("config.yaml", "a: 1\n");
  source("job.1.jsonl", "started\n");
  source("run/result.json", "{}");
  source("run/run.lock", "me");
  source("run/.result.json.1.2.tmp", "{");
  const ExperimentComparison out = compare();
  EXPECT_FALSE(out.is_different);
  EXPECT_THAT(out.missing, ElementsAre("run/result.json", "job.1.jsonl"));
  EXPECT_THAT(out.longer, IsEmpty());
}

TEST_F(Comparison, FindsWhatGrew) {
  target("job.1.jsonl", "started\n");
  source("job.1.jsonl", "started\nended\n");
  both("job.out", "hello\n");
  const ExperimentComparison out = compare();
  EXPECT_FALSE(out.is_different);
  EXPECT_THAT(out.longer, ElementsAre("job.1.jsonl"));
}

TEST_F(Comparison, LeavesTheTargetThatIsAheadAlone) {
  source("job.1.jsonl", "started\n");
  target("job.1.jsonl", "started\nended\n");
  target("run/result.json", "{}");
  const ExperimentComparison out = compare();
  EXPECT_FALSE(out.is_different);
  EXPECT_FALSE(out.has_news());
}

TEST_F(Comparison, KnowsAnEarlierStateOfTheSameRun) {
  target("run/mllog.log", "start\nepoch 1\n");
  target("run/timers.csv", "running");
  target("run/model/last.npz", "old");
  source("run/mllog.log", "start\nepoch 1\nepoch 2\n");
  source("run/timers.csv", "ended");
  source("run/result.json", "{}");
  const ExperimentComparison out = compare();
  EXPECT_FALSE(out.is_different);
  EXPECT_TRUE(out.replaces_run);
}

TEST_F(Comparison, LeavesALaterStateOfTheSameRunAlone) {
  source("run/mllog.log", "start\nepoch 1\n");
  source("run/timers.csv", "running");
  target("run/mllog.log", "start\nepoch 1\nepoch 2\n");
  target("run/timers.csv", "ended");
  target("run/result.json", "{}");
  const ExperimentComparison out = compare();
  EXPECT_FALSE(out.is_different);
  EXPECT_FALSE(out.has_news());
}

TEST_F(Comparison, NeverMixesTwoRuns) {
  target("run/mllog.log", "start on n1\n");
  source("run/mllog.log", "start on n2\n");
  source("run/result.json", "{}");
  EXPECT_EQ(compare().difference, "run/mllog.log differs");
}

TEST_F(Comparison, NeverMixesTwoJobs) {
  target("job.2.jsonl", "started\n");
  source("run/result.json", "{}");
  EXPECT_EQ(compare().difference, "each went on by itself");
}

TEST_F(Comparison, NeverMixesTwoRunsThatHaveNoFileInCommon) {
  target("run/a.txt", "1");
  source("run/b.txt", "2");
  EXPECT_EQ(compare().difference, "these are two runs");
}

TEST_F(Comparison, TakesNotesBesideARun) {
  target("notes.txt", "mine");
  source("remarks.txt", "theirs");
  source("run/result.json", "{}");
  const ExperimentComparison out = compare();
  EXPECT_FALSE(out.is_different);
  EXPECT_THAT(out.missing, ElementsAre("run/result.json", "remarks.txt"));
}

TEST_F(Comparison, KnowsTheFilesOfFlatStudies) {
  experiment::ManifestEntry entry;
  entry.name = "epoch_1";
  entry.directory = ".";
  entry.config = "config_epoch_1.yaml";
  entry.script = "slurm_epoch_1.sh";
  const fs::path study = dir_.path() / "flat";
  for (const char* path : {"config_epoch_1.yaml", "config_epoch_10.yaml", "slurm_epoch_1.sh",
                           "run_epoch_1/result.json", "jobs/epoch_1/job.out"}) {
    make_directories((study / path).parent_path());
    FabricatedStudy::write(study / path, "x");
  }
  const ExperimentFiles files(study, entry);
  EXPECT_THAT(files.keys(), ElementsAre("config.yaml", "job.out", "run/result.json", "slurm.sh"));
  for (const std::string& key : files.keys()) EXPECT_TRUE(fs::exists(files.place(key))) << key;
}

}  // namespace
}  // namespace sciwright::campaign
