#include "record/timers_mllog.h"

#include <gtest/gtest.h>

#include "record/mllog_reader.h"
#include "record/stopwatch.h"

namespace sciwright::record {
namespace {

TEST(TimersMllog, ShowsTheListedTimersInTheOrderOfTime) {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, 1'700'000'000'000'000'000));
  watch.start("Total");
  watch.start("untold");
  now_ns += 2'000'000;
  watch.start("Epoch");
  watch.set_values("Epoch", {{"epoch_num", 1}});
  now_ns += 5'000'000;
  watch.event("accuracy", {}, 0.75);
  watch.stop("Epoch");
  watch.stop("untold");
  watch.stop("Total");
  std::string told;
  const MllogText log = parse_mllog(timers_mllog(
      watch.intervals(), {{"Total", "run"}, {"Epoch", "epoch"}, {"accuracy", "eval_accuracy"}}));
  for (const MllogRecord& record : log.records) {
    Json metadata = record.metadata;
    metadata.erase("file");
    metadata.erase("lineno");
    told += std::to_string(record.time_ms % 1000) + ' ' + record.event_type + ' ' + record.key +
            ' ' + record.value.dump() + ' ' + metadata.dump() + '\n';
  }
  EXPECT_EQ(told,
            "0 INTERVAL_START run_start null {}\n"
            "2 INTERVAL_START epoch_start null {\"epoch_num\":1}\n"
            "7 POINT_IN_TIME eval_accuracy 0.75 {}\n"
            "7 INTERVAL_END epoch_stop null {\"epoch_num\":1}\n"
            "7 INTERVAL_END run_stop null {\"status\":\"success\"}\n");
}

}  // namespace
}  // namespace sciwright::record
