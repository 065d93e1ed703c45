#include "energy/epochs.h"

#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

record::Interval epoch(std::int64_t start_ns, std::optional<std::int64_t> duration_ns,
                       record::Json values = nullptr) {
  record::Interval interval;
  interval.name = "Epoch";
  interval.start_utc_ns = start_ns;
  interval.duration_ns = duration_ns;
  interval.values = std::move(values);
  return interval;
}

TEST(Epochs, AnEpochThatAResumeCutIsOne) {
  const auto epochs = epochs_of({epoch(0, 10, {{"epoch_num", 1}}), epoch(10, 5, {{"epoch_num", 2}}),
                                 epoch(100, 7, {{"epoch_num", 2}})},
                                "Epoch");
  ASSERT_EQ(epochs.size(), 2U);
  EXPECT_EQ(epochs[1].number, 2);
  EXPECT_EQ(epochs[1].windows.size(), 2U);
  EXPECT_EQ(epochs[1].windows[1].begin_ns, 100);
  EXPECT_TRUE(epochs[1].is_whole);
}

TEST(Epochs, AnEpochThatWasKilledIsNotWhole) {
  const auto epochs = epochs_of({epoch(0, {}, {{"epoch_num", 3}}), epoch(9, 4, {{"epoch_num", 3}}),
                                 epoch(20, {}, {{"epoch_num", 4}})},
                                "Epoch");
  ASSERT_EQ(epochs.size(), 1U);
  EXPECT_EQ(epochs[0].number, 3);
  EXPECT_FALSE(epochs[0].is_whole);
}

TEST(Epochs, AnEpochThatIsKnownUntilItsKillIsNotWhole) {
  std::vector<record::Interval> parts = {epoch(0, 3, {{"epoch_num", 3}}),
                                         epoch(9, 4, {{"epoch_num", 3}})};
  parts[0].status = record::kKilled;
  const auto epochs = epochs_of(parts, "Epoch");
  ASSERT_EQ(epochs.size(), 1U);
  EXPECT_EQ(epochs[0].windows.size(), 2U);
  EXPECT_FALSE(epochs[0].is_whole);
}

TEST(Epochs, AreCountedWhereNobodyNumberedThem) {
  const auto epochs = epochs_of({epoch(0, 1), epoch(1, 1), epoch(2, 1)}, "Epoch");
  ASSERT_EQ(epochs.size(), 3U);
  EXPECT_EQ(epochs[2].number, 3);
}

}  // namespace
}  // namespace sciwright::energy
