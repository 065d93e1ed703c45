#include "report/run_index.h"

#include <chrono>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "report/fabricated_runs.h"
#include "report/load.h"
#include "report/run_block.h"

namespace sciwright::report {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kHour_ns = 3'600'000'000'000;

/// Runs, and a cache of their own. The clock is an hour ahead, so that no file counts as too new.
class Index : public testing::Test {
 protected:
  void SetUp() override { ::setenv("SCIWRIGHT_CACHE", (folder_.path() / "cache").c_str(), 1); }
  void TearDown() override { ::unsetenv("SCIWRIGHT_CACHE"); }

  RunSet load_by_index() {
    said_.clear();
    LoadOptions options;
    options.index = {.say = [this](const std::string& text) { said_.push_back(text); },
                     .now_ns = now_ns_};
    return load({runs_}, options);
  }
  fs::path file() const { return index_path({runs_.string()}); }
  double accuracy(const RunSet& set, std::size_t run) const {
    return *number_of(set.runs.at(run).rows.at(0).numbers, *set.names.find("accuracy"));
  }
  /// Changes a number inside the index, so that what comes from there can be told.
  void mark(double from, double to) const {
    std::string bytes = read_file(file());
    const std::string old(reinterpret_cast<const char*>(&from), sizeof from);
    const std::size_t place = bytes.find(old);
    ASSERT_NE(place, std::string::npos);
    bytes.replace(place, sizeof to, std::string(reinterpret_cast<const char*>(&to), sizeof to));
    write_file_atomic(file(), bytes);
  }

  /// So that writing to it shows, however fast the test is.
  static void make_old(const fs::path& path) {
    fs::last_write_time(path, fs::last_write_time(path) - std::chrono::hours(1));
  }

  TemporaryDirectory folder_;
  fs::path runs_ = folder_.path() / "runs";
  std::int64_t now_ns_ = system_clock().utc_ns() + kHour_ns;
  std::vector<std::string> said_;
};

/// All that a set tells, as text.
std::string text_of_all(const RunSet& set) {
  std::string out;
  const auto add = [&](const Labels& labels, const Numbers& numbers) {
    for (const Label& label : labels) {
      out += set.names.text(label.key) + "=" + set.names.text(label.value) + " ";
    }
    for (const Number& number : numbers) {
      out += set.names.text(number.path) + ":" + std::to_string(number.value) + " ";
    }
  };
  for (const Run& run : set.runs) {
    out += run.name + " " + run.folder + (run.valid ? " valid " : " invalid ");
    for (const std::string& reason : run.reasons) out += reason + " ";
    out += std::to_string(run.seed) + " " + std::to_string(run.started_s.value_or(-1)) + " ";
    out += std::to_string(run.finished_s.value_or(-1)) + " ";
    add(run.labels, run.numbers);
    add(run.parameters, {});
    for (const ScoreRow& row : run.rows) add(row.labels, row.numbers);
    out += "\n";
  }
  return out;
}

TEST_F(Index, TellsWhatTheFilesTell) {
  make_run(runs_ / "a", {.accuracy = 0.7});
  make_run(runs_ / "b/deep", {.accuracy = 0.8, .seed = 7, .valid = false});
  write_file_atomic(runs_ / "b/deep/host.json", R"({"cpu": {"model": "Z80"}})");
  make_run(runs_ / "study/e1/run");
  write_file_atomic(runs_ / "study/experiments.jsonl",
                    R"({"kind":"generate","schema_version":1,"parameters":["epoch"]})"
                    "\n" +
                        manifest_line_of("0000000000000001", "e1", R"({"epoch":3})"));
  const std::string plain = text_of_all(load({runs_}));
  EXPECT_EQ(text_of_all(load_by_index()), plain);
  EXPECT_TRUE(fs::exists(file()));
  EXPECT_EQ(text_of_all(load_by_index()), plain);
  EXPECT_THAT(plain, testing::AllOf(HasSubstr("device=Z80"), HasSubstr("study="),
                                    HasSubstr("epoch=3"), HasSubstr("the loss is not a number")));
  EXPECT_THAT(said_, IsEmpty());
  const RunIndex index(file(), {runs_.string()});
  EXPECT_EQ(index.size(), 3);
}

/// Whether the run of a folder is read by the index.
bool is_known(const RunIndex& index, const fs::path& folder) {
  RunBlock block;
  block.index = &index;
  return add_run(folder.string(), block) && block.indexed.at(0).is_known;
}

TEST_F(Index, SavesReadingWhatHasNotChanged) {
  make_run(runs_ / "a");
  make_run(runs_ / "b");
  load_by_index();
  make_run(runs_ / "c");
  write_file_atomic(runs_ / "b/result.json", read_file(runs_ / "b/result.json"));
  const RunIndex index(file(), {runs_.string()});
  EXPECT_TRUE(is_known(index, runs_ / "a"));
  EXPECT_FALSE(is_known(index, runs_ / "b"));
  EXPECT_FALSE(is_known(index, runs_ / "c"));
}

TEST_F(Index, SeesAResultThatIsWrittenInPlaceOrReplaced) {
  make_run(runs_ / "a", {.accuracy = 0.7});
  make_old(runs_ / "a/result.json");
  load_by_index();
  make_run(runs_ / "a", {.accuracy = 0.6});  // as long as before
  EXPECT_EQ(accuracy(load_by_index(), 0), 0.6);
  make_run(folder_.path() / "other", {.accuracy = 0.5});
  fs::last_write_time(folder_.path() / "other/result.json",
                      fs::last_write_time(runs_ / "a/result.json"));
  fs::rename(folder_.path() / "other/result.json", runs_ / "a/result.json");
  EXPECT_EQ(accuracy(load_by_index(), 0), 0.5);
}

TEST_F(Index, SeesAHostThatComesChangesAndGoes) {
  make_run(runs_ / "a");
  make_old(runs_ / "a");
  const auto device = [&] {
    const RunSet set = load_by_index();
    return text_of(set, set.runs.at(0), "device");
  };
  EXPECT_EQ(device(), "");
  write_file_atomic(runs_ / "a/host.json", R"({"cpu": {"model": "Z80"}})");
  make_old(runs_ / "a/host.json");
  EXPECT_EQ(device(), "Z80");
  std::ofstream(runs_ / "a/host.json") << R"({"cpu": {"model": "Z81"}})";
  EXPECT_EQ(device(), "Z81");
  fs::remove(runs_ / "a/host.json");
  EXPECT_EQ(device(), "");
}

TEST_F(Index, SeesRunsThatComeAndGo) {
  make_run(runs_ / "a");
  make_run(runs_ / "c");
  load_by_index();
  fs::remove_all(runs_ / "a");
  make_run(runs_ / "b", {.accuracy = 0.4});
  const RunSet set = load_by_index();
  ASSERT_EQ(set.runs.size(), 2);
  EXPECT_EQ(accuracy(set, 0), 0.4);
  EXPECT_EQ(set.runs[1].folder, (runs_ / "c").string());
}

TEST_F(Index, DoesNotKeepFilesThatAreTooNewToBeToldFromLaterOnes) {
  make_run(runs_ / "a");
  now_ns_ -= kHour_ns;
  load_by_index();
  EXPECT_EQ(RunIndex(file(), {runs_.string()}).size(), 0);
}

TEST_F(Index, IgnoresADamagedOneAndSaysSo) {
  make_run(runs_ / "a", {.accuracy = 0.7});
  load_by_index();
  const std::string whole = read_file(file());
  for (const std::string& broken : {whole.substr(0, whole.size() - 1), whole.substr(0, 20),
                                    std::string("SQLite format 3"), whole + "x"}) {
    write_file_atomic(file(), broken);
    EXPECT_EQ(accuracy(load_by_index(), 0), 0.7);
    EXPECT_THAT(said_, ElementsAre(HasSubstr("is no index of runs, or not all of one")));
  }
  std::string flipped = whole;
  flipped[sizeof(std::uint64_t) * 5] ^= 1;  // in the table
  write_file_atomic(file(), flipped);
  EXPECT_EQ(accuracy(load_by_index(), 0), 0.7);
  EXPECT_THAT(said_, ElementsAre(HasSubstr("the index is damaged; it is made anew")));
  load_by_index();
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(Index, ReadsARunAnewWhoseRecordIsDamaged) {
  make_run(runs_ / "a", {.accuracy = 0.7});
  load_by_index();
  mark(0.7, 0.9);
  EXPECT_EQ(accuracy(load_by_index(), 0), 0.7);
  EXPECT_THAT(said_, ElementsAre(HasSubstr("1 records are damaged")));
  load_by_index();
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(Index, IgnoresThatOfOtherFolders) {
  make_run(runs_ / "a");
  load_by_index();
  EXPECT_EQ(RunIndex(file(), {"elsewhere"}).size(), 0);
  EXPECT_THAT(RunIndex(file(), {"elsewhere"}).remark(), HasSubstr("of other folders"));
}

TEST_F(Index, IsNotNeeded) {
  make_run(runs_ / "a", {.accuracy = 0.7});
  write_file_atomic(folder_.path() / "cache", "a file where the folder should be");
  EXPECT_EQ(accuracy(load_by_index(), 0), 0.7);
  EXPECT_THAT(said_, ElementsAre(HasSubstr("the index is not kept: ")));
}

TEST(IndexObstacle, IsAFileSystemThatOthersWriteTo) {
  EXPECT_EQ(index_obstacle("/dev/shm"), "");
  EXPECT_THAT(index_obstacle("/proc"), HasSubstr("/proc: no index is kept, since on "));
}

}  // namespace
}  // namespace sciwright::report
