#include "record/phases.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "record/mllog_reader.h"

namespace sciwright::record {
namespace {

struct PhasesTest : ::testing::Test {
  const TemporaryDirectory dir;
  std::int64_t now_ns = 0;
  const Clock clock = fake_clock(&now_ns, 1'700'000'000'000'000'000);
  Stopwatch watch{clock};
  MllogWriter mllog{clock, {.file = dir.path() / "mllog.log", .name_space = {}}};
  Phases phases{watch, &mllog, {{"Total", "run"}, {"epoch", "epoch"}}};

  std::string logged() const {
    std::string out;
    for (const MllogRecord& r : parse_mllog(read_file(dir.path() / "mllog.log")).records) {
      Json facts = r.metadata;
      facts.erase("lineno");
      out += r.event_type + ' ' + r.key + ' ' + facts.dump() + '\n';
    }
    return out;
  }

  std::string timed() const {
    std::string out;
    for (const Interval& i : watch.intervals()) out += i.name + ' ' + i.status + '\n';
    return out;
  }
};

TEST_F(PhasesTest, TimesEverythingAndLogsWhatIsMapped) {
  {
    const Phase total(phases, "Total");
    const Phase plots(phases, "Final plots");
    const Phase epoch(phases, "epoch", {{"epoch_num", 1}});
  }
  EXPECT_EQ(timed(), "Total ok\nFinal plots ok\nepoch ok\n");
  EXPECT_EQ(watch.intervals()[2].values, Json({{"epoch_num", 1}}));
  EXPECT_EQ(logged(),
            "INTERVAL_START run_start {\"file\":\"phases_test.cpp\"}\n"
            "INTERVAL_START epoch_start {\"epoch_num\":1,\"file\":\"phases_test.cpp\"}\n"
            "INTERVAL_END epoch_stop {\"epoch_num\":1,\"file\":\"phases_test.cpp\"}\n"
            "INTERVAL_END run_stop {\"file\":\"phases_test.cpp\",\"status\":\"success\"}\n");
}

TEST_F(PhasesTest, AFailedRunIsAborted) {
  try {
    const Phase total(phases, "Total");
    throw std::runtime_error("x");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(timed(), "Total failed\n");
  EXPECT_EQ(logged(),
            "INTERVAL_START run_start {\"file\":\"phases_test.cpp\"}\n"
            "INTERVAL_END run_stop {\"file\":\"phases_test.cpp\",\"status\":\"aborted\"}\n");
}

TEST_F(PhasesTest, AnInterruptedRunLeavesItsPhasesOpenInTheLog) {
  try {
    const Phase total(phases, "Total");
    phases.interrupt();
    throw std::runtime_error("x");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(timed(), "Total interrupted\n");
  EXPECT_EQ(logged(), "INTERVAL_START run_start {\"file\":\"phases_test.cpp\"}\n");
}

TEST_F(PhasesTest, WorksWithoutALog) {
  Phases only_timed(watch, nullptr, {{"Total", "run"}});
  only_timed.start("Total");
  now_ns = 5;
  only_timed.stop("Total");
  EXPECT_EQ(watch.intervals()[0].duration_ns, 5);
}

TEST_F(PhasesTest, TellsOfEveryChange) {
  std::string changes;
  Phases told(watch, nullptr, {}, [&](const Interval& i) {
    changes += i.name + ' ' + i.status + ' ' + i.values.dump() + '\n';
  });
  told.start("Training");
  told.note("Training", {{"read_bytes", 5}});
  told.stop("Training");
  EXPECT_EQ(changes,
            "Training running null\n"
            "Training running {\"read_bytes\":5}\n"
            "Training ok {\"read_bytes\":5}\n");
}

}  // namespace
}  // namespace sciwright::record
