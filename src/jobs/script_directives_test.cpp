#include "jobs/script_directives.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array<std::string_view, 2> kOurs = {"--job-name", "-o"};

TEST(DirectiveLines, KeepsWhatAsksForResources) {
  EXPECT_THAT(directive_lines("#!/bin/bash\n"
                              "#SBATCH --job-name=x\n"
                              "#SBATCH --gres=gpu:a100:1\r\n"
                              "#SBATCH -oout.txt\n"
                              "#SBATCH\n"
                              "# a comment\n"
                              "\n"
                              "#SBATCH --job-names=x\n"
                              "echo hello\n"
                              "#SBATCH --time=1\n",
                              {"#SBATCH", kOurs}),
              ElementsAre("#SBATCH --gres=gpu:a100:1", "#SBATCH --job-names=x"));
}

TEST(DirectiveLines, TakesAnOptionForItsWholeWordWhereValuesStandApart) {
  EXPECT_THAT(directive_lines("#BSUB -o out.txt\n#BSUB -outdir x\n", {"#BSUB", kOurs, false}),
              ElementsAre("#BSUB -outdir x"));
}

TEST(DirectiveLines, ReadsAJobsScript) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "job.sh", "#BSUB -q gpu\n");
  const Job job{.id = "a", .directory = folder.path(), .script = "job.sh"};
  EXPECT_THAT(directive_lines(job, {"#BSUB", kOurs}), ElementsAre("#BSUB -q gpu"));
  EXPECT_THAT(directive_lines(Job{.id = "b", .command = {"true"}}, {"#BSUB", kOurs}), IsEmpty());
}

}  // namespace
}  // namespace sciwright::jobs
