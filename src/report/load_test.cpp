#include "report/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/fabricated_runs.h"

namespace sciwright::report {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::optional<double> number_at(const RunSet& set, const Run& run, std::string_view path) {
  const auto name = set.names.find(path);
  return name ? number_of(run.numbers, *name) : std::nullopt;
}

std::optional<double> score_at(const RunSet& set, const Run& run, std::string_view path) {
  const auto name = set.names.find(path);
  return name ? number_of(run.rows.at(0).numbers, *name) : std::nullopt;
}

TEST(Load, ReadsRunFoldersAtAnyDepthInTheOrderOfTheirNames) {
  const TemporaryDirectory folder;
  make_run(folder.path() / "b", {.accuracy = 0.8});
  make_run(folder.path() / "a/deep/run", {.accuracy = 0.9, .seed = 7});
  const RunSet set = load({folder.path()});
  ASSERT_EQ(set.runs.size(), 2);
  EXPECT_EQ(set.runs[0].name, (folder.path() / "a/deep/run").string());
  EXPECT_EQ(set.runs[0].seed, 7);
  EXPECT_EQ(score_at(set, set.runs[0], "accuracy"), 0.9);
  EXPECT_EQ(score_at(set, set.runs[0], "baselines.threshold.accuracy"), 0.85);
  EXPECT_EQ(number_at(set, set.runs[0], "times_s.Training"), 10);
  EXPECT_EQ(number_at(set, set.runs[0], "details.model.epochs_run"), 5);
  EXPECT_EQ(text_of(set, set.runs[0], "details.protocol"), "honest");
  EXPECT_EQ(text_of(set, set.runs[0], "benchmark"), "cloudmask");
  EXPECT_EQ(*set.runs[0].finished_s - *set.runs[0].started_s, 20);
  EXPECT_THAT(set.problems, IsEmpty());
}

TEST(Load, KeepsInvalidRunsApartAndNamesUnreadableOnes) {
  const TemporaryDirectory folder;
  make_run(folder.path() / "bad", {.valid = false});
  fs::create_directories(folder.path() / "cut");
  write_file_atomic(folder.path() / "cut/result.json", R"({"benchmark": "hello", "se)");
  fs::create_directories(folder.path() / "poor");
  write_file_atomic(folder.path() / "poor/result.json", R"({"schema_version": 1, "benchmark": 3})");
  const RunSet set = load({folder.path()});
  ASSERT_EQ(set.runs.size(), 1);
  EXPECT_FALSE(set.runs[0].valid);
  EXPECT_THAT(set.runs[0].reasons, ElementsAre("the loss is not a number"));
  EXPECT_THAT(set.problems, ElementsAre(HasSubstr("cut/result.json"), HasSubstr("lacks 'seed'")));
}

TEST(Load, TakesParametersFromTheManifestOfAStudy) {
  const TemporaryDirectory folder;
  const fs::path study = folder.path() / "study";
  make_run(study / "lr_1/run");
  write_file_atomic(study / "experiments.jsonl",
                    R"({"kind":"generate","schema_version":1,"parameters":["lr","repeat"]})"
                    "\n" +
                        manifest_line_of("0000000000000001", "lr_1", R"({"lr":1,"repeat":2})") +
                        manifest_line_of("0000000000000002", "lr_2", R"({"lr":2,"repeat":2})"));
  const RunSet set = load({folder.path()});
  ASSERT_EQ(set.runs.size(), 1) << testing::PrintToString(set.problems);
  EXPECT_EQ(text_of(set, set.runs[0], "lr"), "1");
  EXPECT_THAT(set.parameters, ElementsAre("lr"));
  EXPECT_THAT(set.unfinished, ElementsAre((study / "lr_2/run").string()));
}

TEST(Load, NamesAManifestItCannotRead) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "experiments.jsonl", "nothing\n");
  EXPECT_THAT(load({folder.path()}).problems, ElementsAre(HasSubstr("experiments.jsonl:1")));
}

TEST(Load, FindsTheSettingsInWhichRunsDiffer) {
  const TemporaryDirectory folder;
  for (const char* rate : {"0.001", "0.01"}) {
    const fs::path run = folder.path() / rate;
    make_run(run);
    write_file_atomic(
        run / "config.yaml",
        std::string("cloudmask:\n  seed: 1\n  training:\n    epochs: 5\n    learning_rate: ") +
            rate + "\n");
  }
  const RunSet set = load({folder.path()});
  EXPECT_THAT(set.parameters, ElementsAre("training.learning_rate"));
  EXPECT_EQ(text_of(set, set.runs[1], "training.learning_rate"), "0.01");
  EXPECT_EQ(text_of(set, set.runs[1], "training.epochs"), "5");
}

TEST(Load, ReadsHistoriesAndHosts) {
  const TemporaryDirectory folder;
  make_run(folder.path());
  write_file_atomic(folder.path() / "history.csv",
                    "epoch,train_loss,validation_loss\n1,0.5,\n2,0.4,0.6\n");
  write_file_atomic(folder.path() / "host.json",
                    R"({"cpu": {"model": "EPYC", "num_threads": 4}, "gpus": [{"model": "A100"}],
                        "file_systems": [{"type": "nfs"}, {"type": "lustre"}]})");
  write_file_atomic(folder.path() / "config.yaml", "cloudmask:\n  device: auto\n  threads: 2\n");
  const RunSet set = load({folder.path()});
  ASSERT_EQ(set.runs.size(), 1);
  ASSERT_TRUE(set.runs[0].history);
  EXPECT_THAT(*set.runs[0].history->column("train_loss"), ElementsAre(0.5, 0.4));
  EXPECT_THAT(*set.runs[0].history->column("validation_loss"), ElementsAre(testing::IsNan(), 0.6));
  EXPECT_EQ(number_at(set, set.runs[0], "validation_loss"), 0.6);
  EXPECT_EQ(number_at(set, set.runs[0], "train_loss"), 0.4);
  EXPECT_EQ(text_of(set, set.runs[0], "system"), "EPYC (4 threads) + A100");
  EXPECT_EQ(text_of(set, set.runs[0], "device"), "A100");
  EXPECT_EQ(text_of(set, set.runs[0], "file_system"), "lustre");
  EXPECT_EQ(text_of(set, set.runs[0], "threads"), "2");
}

TEST(Load, ReadsLogsOfOtherPrograms) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "a_mllog.log",
                    R"(noise
:::MLLOG {"namespace": "", "time_ms": 1000, "event_type": "POINT_IN_TIME", "key": "submission_org", "value": "UVA", "metadata": {}}
:::MLLOG {"namespace": "", "time_ms": 2000, "event_type": "INTERVAL_START", "key": "run_start", "value": null, "metadata": {}}
:::MLLOG {"namespace": "", "time_ms": 2500, "event_type": "POINT_IN_TIME", "key": "eval_accuracy", "value": 0.7, "metadata": {"epoch_num": 1}}
:::MLLOG {"namespace": "", "time_ms": 3500, "event_type": "POINT_IN_TIME", "key": "eval_accuracy", "value": 0.8, "metadata": {"epoch_num": 2}}
:::MLLOG {"namespace": "", "time_ms": 9000, "event_type": "INTERVAL_END", "key": "run_stop", "value": null, "metadata": {"status": "success"}}
)");
  write_file_atomic(folder.path() / "b_timers.log",
                    "# csv,timer,status,time,sum,start,tag,msg,uname.node,user,uname.system,"
                    "platform.version\n"
                    "# csv,total,ok,5.0,7.5,2026-11-22 00:02:43,mine,None,node1,gregor,Linux,V\n");
  write_file_atomic(folder.path() / "c_gpu.log",
                    "# ####\n# time, 0 id, 0 gpu_util %, 0 mem_util %, 0 encoder %, 0 decoder %, 0 "
                    "temp C, 0 power W\n"
                    "2022-01-01 10:00:00, 0, 1, 1, 0, 0, 30, 100.0\n"
                    "2022-01-01 10:00:01, 0, 1, 1, 0, 0, 30, 100.0\n"
                    "2022-01-01 10:00:02, 0, 1, 1, 0, 0, 30, 100.0\n");
  const RunSet set = load({folder.path()});
  ASSERT_EQ(set.runs.size(), 3) << testing::PrintToString(set.problems);
  EXPECT_EQ(text_of(set, set.runs[0], "team"), "UVA");
  EXPECT_EQ(score_at(set, set.runs[0], "accuracy"), 0.8);
  EXPECT_EQ(number_at(set, set.runs[0], "times_s.Total"), 7);
  EXPECT_THAT(*set.runs[0].history->column("eval_accuracy"), ElementsAre(0.7, 0.8));
  EXPECT_EQ(number_at(set, set.runs[1], "times_s.total"), 7.5);
  EXPECT_EQ(text_of(set, set.runs[1], "system"), "node1");
  EXPECT_EQ(number_at(set, set.runs[2], "energy.joules"), 200);
}

TEST(Load, NamesAFileThatTellsOfNoRunOnlyIfItWasAskedFor) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "note.txt", "nothing here\n");
  EXPECT_THAT(load({folder.path()}).problems, IsEmpty());
  EXPECT_THAT(load({folder.path() / "note.txt"}).problems,
              ElementsAre(HasSubstr("tells of no run")));
}

TEST(Load, ComesToTheSameWithAnyNumberOfThreads) {
  const TemporaryDirectory folder;
  for (int i = 0; i < 600; ++i) {
    make_run(folder.path() / std::to_string(i), {.accuracy = i / 600.0});
  }
  const RunSet one = load({folder.path()}, {.num_threads = 1});
  const RunSet three = load({folder.path()}, {.num_threads = 3});
  ASSERT_EQ(one.runs.size(), 600);
  ASSERT_EQ(three.runs.size(), 600);
  for (std::size_t i = 0; i < 600; ++i) {
    EXPECT_EQ(one.runs[i].name, three.runs[i].name);
    EXPECT_EQ(score_at(one, one.runs[i], "accuracy"), score_at(three, three.runs[i], "accuracy"));
  }
}

}  // namespace
}  // namespace sciwright::report
