#include "jobs/pbs_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;

/// What qstat says of one job with these attributes.
JobStatus status_of(const std::string& attributes) {
  return parse_qstat(R"({"Jobs":{"7.s":{)" + attributes + "}}}")->at("7");
}

TEST(PbsAnswers, FoldsTheStatesOfPbssManual) {
  EXPECT_EQ(status_of(R"("job_state":"Q")").state, JobState::kPending);
  EXPECT_EQ(status_of(R"("job_state":"H")").state, JobState::kPending);
  EXPECT_EQ(status_of(R"("job_state":"R")").state, JobState::kRunning);
  EXPECT_EQ(status_of(R"("job_state":"E")").state, JobState::kRunning);
  EXPECT_EQ(status_of(R"("job_state":"S")").state, JobState::kRunning);
  EXPECT_EQ(status_of(R"("job_state":"F","Exit_status":0)"), ended(EndingKind::kSuccess, 0));
  EXPECT_EQ(status_of(R"("job_state":"X","Exit_status":3)"), ended(EndingKind::kFailure, 3));
  EXPECT_EQ(status_of(R"("job_state":"M")"), (JobStatus{JobState::kUnknown, {}, "M"}));
}

TEST(PbsAnswers, ReadsWhyAJobEnded) {
  EXPECT_EQ(status_of(R"("job_state":"F","Exit_status":-29)"), ended(EndingKind::kTimeLimit));
  EXPECT_EQ(status_of(R"("job_state":"F","Exit_status":-27)"), ended(EndingKind::kOutOfMemory));
  EXPECT_EQ(status_of(R"("job_state":"F","Exit_status":-3)"), ended(EndingKind::kNodeFailure));
  EXPECT_EQ(status_of(R"("job_state":"F","Exit_status":271)"), ended(EndingKind::kFailure, {}, 15));
  EXPECT_EQ(status_of(R"("job_state":"F","Exit_status":137)"), ended(EndingKind::kFailure, {}, 9));
  EXPECT_EQ(status_of(R"("job_state":"F","substate":91)"), ended(EndingKind::kCancelled));
}

constexpr const char* kArray =
    R"json({"timestamp":1,"pbs_version":"2021.1.3","pbs_server":"s","Jobs":{
"12[].s":{"Job_Name":"p","job_state":"B"},
"12[1].s":{"job_state":"R","comment":"Job run at Fri Nov 27 on (n1:ncpus=1)"},
"12[2].s":{"job_state":"Q","comment":"Not Running: Insufficient amount of resource: ncpus"}}})json";

TEST(PbsAnswers, ReadsTheElementsOfAnArray) {
  const JobStatus runs{JobState::kRunning, {}, {}};
  const JobStatus waits{
      JobState::kPending, {}, "Not Running: Insufficient amount of resource: ncpus"};
  EXPECT_THAT(parse_qstat(kArray),
              Optional(ElementsAre(Pair("12[1]", runs), Pair("12[2]", waits), Pair("12[]", runs))));
}

TEST(PbsAnswers, TellsNoJobsFromNoAnswer) {
  EXPECT_THAT(parse_qstat("{\"timestamp\":1}"), Optional(IsEmpty()));
  EXPECT_THAT(parse_qstat(""), Optional(IsEmpty()));
  EXPECT_EQ(parse_qstat("{\"Jobs\":{\"12.s\":{\"Variable_List\":{\"A\":,"), std::nullopt);
}

TEST(PbsAnswers, FindsTheIdInWhatQsubPrints) {
  EXPECT_EQ(parse_qsub("12[].pbs.site.org\n"), "12[].pbs.site.org");
  EXPECT_EQ(parse_qsub("qsub: waiting\n"), "");
  EXPECT_EQ(parse_qsub(""), "");
  EXPECT_EQ(pbs_short_id("12[3].pbs.site.org"), "12[3]");
}

TEST(PbsAnswers, WritesWhatIsAskedFor) {
  EXPECT_THAT(qsub_options({.num_nodes = 2,
                            .num_tasks = 8,
                            .num_cpus_per_task = 3,
                            .num_gpus = 1,
                            .memory_mb = 4000,
                            .time_limit_s = 3690,
                            .partition = "normal",
                            .account = "bio",
                            .directives = {"-p", "5"}},
                           {}),
              ElementsAre("-l", "select=2:ncpus=12:mpiprocs=4:ngpus=1:mem=4000mb", "-l",
                          "walltime=01:01:30", "-q", "normal", "-A", "bio", "-p", "5"));
  EXPECT_THAT(qsub_options({.memory_mb = 500}, {}), ElementsAre("-l", "mem=500mb"));
}

TEST(PbsAnswers, PutsMemoryIntoTheChunksThatAScriptSelects) {
  const std::vector<std::string> lines = {"#PBS -l select=1:ncpus=4:mem=8gb+2:ncpus=2 -q gpu",
                                          "#PBS -l walltime=1:00:00"};
  EXPECT_THAT(with_memory(lines, 12000),
              ElementsAre("#PBS -l select=1:ncpus=4:mem=12000mb+2:ncpus=2:mem=12000mb -q gpu",
                          "#PBS -l walltime=1:00:00"));
  EXPECT_EQ(with_memory(lines, 0), lines);
  EXPECT_THAT(qsub_options({.memory_mb = 12000}, lines), IsEmpty());
}

}  // namespace
}  // namespace sciwright::jobs
