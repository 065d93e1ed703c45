#include "tuning/event_log.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::tuning {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Event start_of(std::size_t trial) {
  Event event;
  event.trial = trial;
  event.utc = "2026-11-25T10:00:00Z";
  event.worker = {"n1", 12, "345", "5c1", "7"};
  event.experiment = "lr_0.1_epoch_3";
  event.parameters = {{"lr", 0.1}, {"epoch", "3"}};
  event.units = {0.25};
  event.origin = "tpe";
  return event;
}

TEST(EventLog, IsReadByOthersAsItWasWritten) {
  const TemporaryDirectory folder;
  EventLog mine(folder.path());
  EventLog theirs(folder.path());
  Event end = start_of(0);
  end.kind = Event::Kind::kEnd;
  end.experiment = "";
  end.parameters = nullptr;
  end.units = {};
  end.origin = "";
  end.value = 0.1 + 0.2;
  EXPECT_TRUE(mine.append(start_of(0)));
  EXPECT_THAT(mine.read_new(), ElementsAre(start_of(0)));
  EXPECT_TRUE(mine.append(end));
  EXPECT_THAT(theirs.read_new(), ElementsAre(start_of(0), end));
  EXPECT_THAT(theirs.read_new(), IsEmpty());
  EXPECT_EQ(read_file(folder.path() / "00000001.json"),
            R"({"attempt":1,"event":"start","experiment":"lr_0.1_epoch_3","origin":"tpe",)"
            R"("parameters":{"epoch":"3","lr":0.1},"rung":0,"trial":0,"units":[0.25],)"
            R"("utc":"2026-11-25T10:00:00Z","worker":{"boot":"5c1","host":"n1","pid":12,)"
            R"("pid_start":"345","slurm_job_id":"7"}})"
            "\n");
}

TEST(EventLog, LetsNobodyWriteWhoHasNotReadAll) {
  const TemporaryDirectory folder;
  EventLog mine(folder.path());
  EventLog theirs(folder.path());
  EXPECT_TRUE(mine.append(start_of(0)));
  EXPECT_FALSE(theirs.append(start_of(1)));
  EXPECT_THAT(theirs.read_new(), SizeIs(1));
  EXPECT_TRUE(theirs.append(start_of(1)));
}

TEST(EventLog, HasOneOrderForAllWhoWriteAtOnce) {
  const TemporaryDirectory folder;
  constexpr std::size_t kNumEach = 25;
  {
    std::vector<std::jthread> writers;
    for (std::size_t w = 0; w < 4; ++w) {
      writers.emplace_back([&, w] {
        EventLog log(folder.path());
        for (std::size_t i = 0; i < kNumEach;) {
          log.read_new();
          if (log.append(start_of(w * kNumEach + i))) ++i;
        }
      });
    }
  }
  std::vector<std::size_t> trials;
  for (const Event& event : EventLog(folder.path()).read_new()) trials.push_back(event.trial);
  std::sort(trials.begin(), trials.end());
  EXPECT_THAT(trials, SizeIs(4 * kNumEach));
  EXPECT_EQ(std::adjacent_find(trials.begin(), trials.end()), trials.end());
}

TEST(EventLog, RefusesWhatIsNoEvent) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "00000001.json", "{\"event\":\"start\"}\n");
  EXPECT_THROW(EventLog(folder.path()).read_new(), Error);
  EXPECT_THROW(parse_event("{", "x"), Error);
  EXPECT_THROW(parse_event(R"({"event":"other"})", "x"), Error);
}

}  // namespace
}  // namespace sciwright::tuning
