#include "bench/run_io.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::bench {
namespace {

using Json = nlohmann::json;

record::Interval training(Json values) {
  record::Interval interval;
  interval.name = "Training";
  interval.values = std::move(values);
  return interval;
}

struct RunIo : ::testing::Test {
  void put_history(const std::string& rows) const {
    write_file_atomic(paths.history, "epoch,samples,train_s,data_wait_s\n" + rows);
  }
  TemporaryDirectory dir;
  record::RunPaths paths{dir.path()};
};

TEST_F(RunIo, AddsUpTheSessionsAndSaysThatDataComeFastEnough) {
  put_history("1,10,5,0.25\n2,10,5,0.25\n");
  const Json io = run_io(paths, {training({{"read_bytes", 100}, {"storage_bytes", 7}}),
                                 training({{"read_bytes", 850}, {"storage_bytes", 0}})});
  EXPECT_EQ(io, Json::parse(R"({"read_bytes": 950, "storage_bytes": 7, "data_wait_s": 0.5,
      "stall_fraction": 0.05, "needed_bytes_per_s": 100.0, "problems": [],
      "verdict": "Training waited 5.0 % of its time for data: they come fast enough."})"));
}

TEST_F(RunIo, SaysWhatToDoWhenTrainingWaits) {
  put_history("1,10,5,2\n");
  EXPECT_EQ(run_io(paths, {training({{"read_bytes", 30}, {"storage_bytes", 7}})})["verdict"],
            "Training waited 40.0 % of its time for data: faster storage, `stage: auto` or more "
            "threads would shorten it.");
}

TEST_F(RunIo, BlamesNoStorageThatGaveNothing) {
  put_history("1,10,5,2\n");
  for (const int read_bytes : {30, 0}) {
    EXPECT_EQ(
        run_io(paths, {training({{"read_bytes", read_bytes}, {"storage_bytes", 0}})})["verdict"],
        "Training waited 40.0 % of its time for data, though next to nothing had to be "
        "fetched from storage: the time goes into preparing them, which more threads would "
        "shorten.");
  }
}

TEST_F(RunIo, SaysWhatAKilledSessionDoesNotTell) {
  record::Interval killed = training({{"read_bytes", 100}, {"storage_bytes", 7}});
  killed.status = record::kKilled;
  const Json io = run_io(paths, {killed, training({{"read_bytes", 850}, {"storage_bytes", 0}})});
  EXPECT_EQ(io["read_bytes"], 950);
  EXPECT_EQ(io["problems"],
            Json({"session 0 was killed: what it read after its last whole epoch is not known"}));
}

TEST_F(RunIo, KnowsNoBytesWhereASessionTellsNone) {
  put_history("1,10,5,2\n");
  const Json io = run_io(paths, {training(nullptr), training({{"read_bytes", 30}})});
  EXPECT_EQ(io["read_bytes"], nullptr);
  EXPECT_EQ(io["needed_bytes_per_s"], nullptr);
}

TEST_F(RunIo, IsNullWhereNothingWasTrained) {
  EXPECT_EQ(run_io(paths, {})["stall_fraction"], nullptr);
  EXPECT_EQ(run_io(paths, {})["verdict"],
            "Nothing was trained batch by batch, so nothing waited for data.");
}

}  // namespace
}  // namespace sciwright::bench
