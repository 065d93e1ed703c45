#include "report/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Published, ReadsARowPerRun) {
  RunSet set;
  ASSERT_TRUE(add_published(
      "t.csv", "user,early_stopping,run,epochs,test_acc\nRG,True,#1,108,0.88\nVC,True,#1,2,bad\n",
      set));
  ASSERT_EQ(set.runs.size(), 1);
  EXPECT_EQ(set.runs[0].name, "t.csv:2");
  EXPECT_EQ(text_of(set, set.runs[0], "user"), "RG");
  EXPECT_EQ(text_of(set, set.runs[0], "team"), "RG");
  EXPECT_EQ(number_of(set.runs[0].rows[0].numbers, *set.names.find("accuracy")), 0.88);
  EXPECT_THAT(set.parameters, ElementsAre("user", "early_stopping"));
  EXPECT_THAT(set.problems, ElementsAre(HasSubstr("column test_acc: found 'bad'")));
}

TEST(Published, FindsTimesDividedByTheEpochsAskedFor) {
  RunSet set;
  ASSERT_TRUE(
      add_published("t.csv",
                    "run,epochs_requested,epochs_run,test_accuracy,printed_time_per_epoch_s\n"
                    "1,200,200,0.88,130\n2,200,100,0.88,66\n3,200,150,0.88,97\n",
                    set));
  ASSERT_EQ(set.findings.size(), 3);
  EXPECT_EQ(set.findings[0],
            "t.csv:3: 66.00 s per epoch is the whole time over the 200 epochs asked for, but 100 "
            "were run: true 132.0 s per epoch");
  EXPECT_EQ(number_of(set.runs[1].rows[0].numbers, *set.names.find("epoch_s")), 132);
}

TEST(Published, LeavesTimesAloneThatAreAsTheySay) {
  RunSet set;
  ASSERT_TRUE(
      add_published("t.csv",
                    "run,epochs_requested,epochs_run,test_accuracy,printed_time_per_epoch_s\n"
                    "1,200,200,0.88,130\n2,200,100,0.88,131\n3,200,150,0.88,129\n",
                    set));
  EXPECT_THAT(set.findings, IsEmpty());
}

TEST(Published, ReadsRecordsWithHistories) {
  RunSet set;
  const std::string line =
      R"({"card": "a100", "epochs": 2, "repeat": 1, "training": {"accuracy": 0.8, "loss": 0.4, "history": {"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]}}, "inference": {"avg_accuracy": 0.81}, "inference_analyze": {"time_per_inference": "1.42"}})";
  ASSERT_TRUE(add_published("t.jsonl", line + "\n{\"training\": 3}\n", set));
  ASSERT_EQ(set.runs.size(), 1);
  EXPECT_EQ(text_of(set, set.runs[0], "card"), "a100");
  EXPECT_EQ(number_of(set.runs[0].rows[0].numbers, *set.names.find("inference_s_per_image")), 1.42);
  EXPECT_THAT(*set.runs[0].history->column("validation_loss"), ElementsAre(0.6, 0.5));
  EXPECT_THAT(set.problems, ElementsAre(HasSubstr("t.jsonl, line 2")));
}

TEST(Published, ReadsCurvesAndTheBaseline) {
  RunSet set;
  ASSERT_TRUE(add_published("c.csv",
                            "figure,curve,epoch0,value\nvalidation_loss_diff_runs,1,0,0."
                            "5\nvalidation_loss_diff_runs,1,2,0.4\n",
                            set));
  ASSERT_TRUE(add_published("b.csv", "rank,accuracy\n0,0.9\n1,0.7\n", set));
  EXPECT_THAT(*set.runs.at(0).history->column("validation_loss"),
              ElementsAre(0.5, testing::IsNan(), 0.4));
  EXPECT_EQ(set.baselines.at(0).value, 0.8);
}

TEST(Published, PassesOtherTablesOver) {
  RunSet set;
  EXPECT_FALSE(add_published("x.csv", "time,power\n1,2\n", set));
  EXPECT_FALSE(add_published("x.txt", "hello\n", set));
}

}  // namespace
}  // namespace sciwright::report
