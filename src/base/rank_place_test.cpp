#include "base/rank_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(RankPlace, IsAloneWithoutAStarter) {
  const RankPlace place = rank_place({{"PATH", "/usr/bin"}, {"SLURM_NTASKS", "4"}});
  EXPECT_EQ(place.rank, 0);
  EXPECT_EQ(place.size, 1);
}

TEST(RankPlace, ReadsTorchrun) {
  const RankPlace place = rank_place({{"RANK", "5"},
                                      {"WORLD_SIZE", "8"},
                                      {"LOCAL_RANK", "1"},
                                      {"MASTER_ADDR", "node3"},
                                      {"MASTER_PORT", "1234"},
                                      {"SLURM_PROCID", "0"},
                                      {"SLURM_STEP_NUM_TASKS", "2"}});
  EXPECT_EQ(place.rank, 5);
  EXPECT_EQ(place.size, 8);
  EXPECT_EQ(place.local_rank, 1);
  EXPECT_EQ(place.master_address, "node3");
  EXPECT_EQ(place.master_port, 1234);
}

TEST(RankPlace, ReadsMpirun) {
  const RankPlace place = rank_place({{"OMPI_COMM_WORLD_RANK", "1"},
                                      {"OMPI_COMM_WORLD_SIZE", "2"},
                                      {"OMPI_COMM_WORLD_LOCAL_RANK", "1"}});
  EXPECT_EQ(place.rank, 1);
  EXPECT_EQ(place.size, 2);
  EXPECT_EQ(place.master_address, "127.0.0.1");
  EXPECT_EQ(place.master_port, 29500);
  EXPECT_EQ(rank_place({{"PMI_RANK", "2"}, {"PMI_SIZE", "3"}}).rank, 2);
}

TEST(RankPlace, ReadsSrun) {
  const RankPlace place = rank_place({{"SLURM_PROCID", "3"},
                                      {"SLURM_STEP_NUM_TASKS", "4"},
                                      {"SLURM_LOCALID", "1"},
                                      {"SLURM_STEP_NODELIST", "gpu[07,09-12],login1"},
                                      {"SLURM_JOB_ID", "123456"}});
  EXPECT_EQ(place.rank, 3);
  EXPECT_EQ(place.size, 4);
  EXPECT_EQ(place.local_rank, 1);
  EXPECT_EQ(place.master_address, "gpu07");
  EXPECT_EQ(place.master_port, 23456);
}

TEST(RankPlace, SaysAllThatIsWrong) {
  const auto read = [] {
    rank_place({{"RANK", "8"}, {"WORLD_SIZE", "4"}, {"MASTER_PORT", "many"}});
  };
  EXPECT_THAT(read, testing::ThrowsMessage<Error>(
                        AllOf(HasSubstr("RANK: found 8, expected a number from 0 to 3"),
                              HasSubstr("MASTER_PORT: found many, expected a number from 1"))));
  EXPECT_THAT(
      [] {
        rank_place({{"RANK", "0"}});
      },
      testing::ThrowsMessage<Error>(HasSubstr("WORLD_SIZE: found nothing")));
}

TEST(FirstMachine, OfSlurmsLists) {
  EXPECT_EQ(first_machine("node1"), "node1");
  EXPECT_EQ(first_machine("node1,node2"), "node1");
  EXPECT_EQ(first_machine("a,gpu[1-2]"), "a");
  EXPECT_EQ(first_machine("gpu[07-09]"), "gpu07");
  EXPECT_EQ(first_machine("gpu[3]-ib,other"), "gpu3-ib");
}

}  // namespace
}  // namespace sciwright
