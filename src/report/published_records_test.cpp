// The published results of the cloud-mask benchmark, from the real files.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/leaderboard.h"
#include "report/load.h"
#include "report/overfitting.h"
#include "stats/comparison.h"

namespace sciwright::report {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::filesystem::path kData =
    std::filesystem::path(SCIWRIGHT_SOURCE_DIR) / "../shared/data/cloud";

class PublishedRecords : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* other = std::getenv("SCIWRIGHT_CLOUD_DATA")) data_ = other;
    if (!std::filesystem::exists(data_ / "published_runs")) {
      GTEST_SKIP() << "the published records are not there: " << data_
                   << " (SCIWRIGHT_CLOUD_DATA says where they are)";
    }
    set_ = load({data_ / "published_runs", data_ / "slstr_masks"});
  }

  Leaderboard board(const GroupRequest& request) const {
    return rank_groups(set_, group_runs(set_, request),
                       {.known = {{"cloudmask", {{"accuracy", campaign::Direction::kHigher}}}}});
  }

  std::filesystem::path data_ = kData;
  RunSet set_;
};

const Sample& sample_of(const Leaderboard& board, const std::string& user,
                        const std::string& early) {
  for (const Group& group : board.groups.groups) {
    if (group.labels[0] == user && group.labels[1] == early) return group.samples.front();
  }
  throw std::runtime_error("no such group: " + user + " " + early);
}

const GroupRequest kByUser = {.metrics = {"accuracy"},
                              .keys = {"user", "early_stopping"},
                              .where = {{"source", "nyu_greene_35_runs.csv"}}};

TEST_F(PublishedRecords, GiveTheMeansAndDeviationsOfThePapers) {
  const Leaderboard by_user = board(kByUser);
  const stats::Summary paper = sample_of(by_user, "VC", "True").summary;
  EXPECT_EQ(paper.num, 5);
  EXPECT_NEAR(paper.mean, 0.8891, 5e-5);
  EXPECT_NEAR(*paper.standard_deviation, 0.0047, 5e-5);
  const stats::Summary early = sample_of(by_user, "RG", "True").summary;
  EXPECT_EQ(early.num, 15);
  EXPECT_NEAR(early.mean, 0.8908, 5e-5);
  EXPECT_NEAR(*early.standard_deviation, 0.0030, 5e-5);
  const stats::Summary whole = sample_of(by_user, "RG", "False").summary;
  EXPECT_NEAR(whole.mean, 0.8896, 5e-5);
  EXPECT_NEAR(*whole.standard_deviation, 0.0051, 5e-5);
}

TEST_F(PublishedRecords, EarlyStoppingMakesNoSignificantDifference) {
  const Leaderboard by_user = board(kByUser);
  const auto test =
      stats::welch_test(stats::moments_of(sample_of(by_user, "RG", "True").values()),
                        stats::moments_of(sample_of(by_user, "RG", "False").values()));
  EXPECT_NEAR(test->statistic, 0.82, 0.005);
  EXPECT_GT(test->p_value, 0.4);
  for (const Standing& standing : by_user.standings) EXPECT_EQ(standing.rank, 1);
}

TEST_F(PublishedRecords, PooledGiveAnotherMean) {
  GroupRequest pooled = kByUser;
  pooled.keys = {"benchmark"};
  const Leaderboard all = board(pooled);
  ASSERT_EQ(all.groups.groups.size(), 1);
  EXPECT_NEAR(sample_of(board(kByUser), "RG", "True").summary.mean, 0.8908, 5e-5);
  stats::Summary early =
      board({.metrics = {"accuracy"},
             .keys = {"early_stopping"},
             .where = {{"source", "nyu_greene_35_runs.csv"}, {"early_stopping", "True"}}})
          .groups.groups.front()
          .samples.front()
          .summary;
  EXPECT_NEAR(early.mean, 0.8904, 5e-5);
}

TEST_F(PublishedRecords, HaveTheMajorityBesideThem) {
  const Leaderboard by_user = board(kByUser);
  for (const auto& baselines : by_user.baselines) {
    EXPECT_NEAR(baselines.at(0).value, 0.809, 5e-4);
  }
}

TEST_F(PublishedRecords, HaveTimesDividedByTheEpochsAskedFor) {
  EXPECT_THAT(set_.findings, Contains(testing::AllOf(HasSubstr("98.75 s per epoch"),
                                                     HasSubstr("true 134.4 s per epoch"))));
}

TEST_F(PublishedRecords, HaveHistories) {
  std::size_t num = 0;
  for (const auto& run : set_.runs) {
    if (run.history && overfitting_of(*run.history, 25)) ++num;
  }
  EXPECT_EQ(num, 19 + 5);
}

}  // namespace
}  // namespace sciwright::report
