#include "experiment/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> messages(const std::string& text) {
  std::vector<std::string> out;
  for (const LintFinding& finding : lint_script(text, "job.sh")) out.push_back(finding.message());
  return out;
}

TEST(Lint, FindsTheMistakesOfThePapersTemplate) {
  EXPECT_THAT(
      messages("#!/bin/bash\n"
               "#SBATCH --job-name={experiment.epoch}\n"
               "#SBATCH -o outputs/%u-%j.out\n"
               "#SBATCH -o outputs/%u-%j.err\n"
               "export USER_SCRATCH=/scratch/$USER\n"
               "cd USER_SCRATCH\n"
               "seff $SLURM_JOB_D\n"),
      ElementsAre(
          "job.sh:4:9: -o is given again (first as -o in line 3); only the last one counts; "
          "did you mean '-e' for the errors?",
          "job.sh:6:4: 'cd USER_SCRATCH' goes to a folder of that name; did you mean "
          "'$USER_SCRATCH'?",
          "job.sh:7:6: Slurm sets no variable SLURM_JOB_D; did you mean 'SLURM_JOB_ID'?"));
}

TEST(Lint, HasNothingToSayAboutAGoodScript) {
  EXPECT_THAT(
      messages("#!/bin/bash\n"
               "#SBATCH --job-name=a\n#SBATCH -n4\n#SBATCH -o %j.out\n#SBATCH -e %j.err\n"
               "#SBATCH --time=1-02:00:00\n##SBATCH --nodelst=a\n"
               "{slurm.sbatch}\n#SBATCH --mem=64GB\n"
               "# a comment about #SBATCH lines\n"
               "set -e\nexport A=1\nfor f in x y; do echo \"$f ${A} ${B:-c} $$ $? $1\"; done\n"
               "read -r LINE\necho '$NOT_A_VARIABLE' \\$NOR_THIS $LINE $SLURM_JOB_ID\n"
               "cd $SLURM_SUBMIT_DIR && cd results/A && mkdir -p $A\n"),
      IsEmpty());
}

TEST(Lint, FindsWhatTheSchedulerDoesNotSee) {
  EXPECT_THAT(messages("#!/bin/bash\n#SBTACH --time=1\n# SBATCH --time=1\n#SBATCH --nodelst=a\n"
                       "#SBATCH --time:00:05:00\n#SBATCH -y 3\n#SBATCH time=1\n#SBATCH -t 1h\n"
                       "echo\n#SBATCH --mem=1\n"),
              ElementsAre("job.sh:2:1: Slurm does not see this line; did you mean '#SBATCH'?",
                          "job.sh:3:1: Slurm does not see this line; did you mean '#SBATCH'?",
                          "job.sh:4:9: sbatch has no option --nodelst; did you mean 'nodelist'?",
                          "job.sh:5:9: '--time:00:05:00': a value follows '=' or a blank, not ':'",
                          "job.sh:6:9: sbatch has no option -y",
                          "job.sh:7:9: expected an option, as in '#SBATCH --time=1:00:00'",
                          "job.sh:8:9: '1h' is no time; expected minutes, HH:MM:SS or D-HH:MM:SS",
                          "job.sh:10:1: Slurm ignores this: it stands behind the first command"));
}

TEST(Lint, FindsBlanksAndTimesThatAreNone) {
  EXPECT_THAT(
      messages("#!/bin/bash\n#SBATCH --cpus-per-task = 4\n#SBATCH --mem=64 GB\n"
               "#SBATCH --time=25:99:99\n#SBATCH --comment=\"two words\" --nodes=1\n"
               "#SBATCH --ntasks=1 # one\n"),
      ElementsAre("job.sh:2:9: --cpus-per-task: no blanks around the '='",
                  "job.sh:3:9: --mem=64 is followed by 'GB'; a value has no blanks",
                  "job.sh:4:9: '25:99:99' is no time; expected minutes, HH:MM:SS or D-HH:MM:SS"));
  EXPECT_THAT(messages("#!/bin/bash\n#PBS -l walltme=3:00:00,mem=4gb\n#PBS -l select=1:ngpus=2\n"),
              ElementsAre("job.sh:2:6: PBS knows no resource walltme; did you mean 'walltime'?"));
}

TEST(Lint, KnowsWhatGetoptsSets) {
  EXPECT_THAT(messages("#!/bin/bash\nwhile getopts 'ab:' option; do echo $OPTARG $option; done\n"
                       "getopts : x\necho $C\n"),
              ElementsAre("job.sh:4:6: nothing sets $C; ${C:-…} would give it a default"));
}

TEST(Lint, TakesShortAndLongOptionsForTheSame) {
  EXPECT_THAT(messages("#!/bin/bash\n#SBATCH --time=1\n#SBATCH -t 2\n"),
              ElementsAre(HasSubstr("-t is given again (first as --time in line 2)")));
}

TEST(Lint, KnowsLsfAndPbs) {
  EXPECT_THAT(messages("#!/bin/bash\n#BSUB -J a\n#BSUB -nnodes 2\n#BSUB -W 2:00\n#BSUB -yy 1\n"
                       "#BUSB -q x\necho $LSB_JOBID $LSB_JOBIDD\n"),
              ElementsAre("job.sh:5:7: bsub has no option -yy",
                          "job.sh:6:1: LSF does not see this line; did you mean '#BSUB'?",
                          HasSubstr("job.sh:7:17: LSF sets no variable LSB_JOBIDD; did you mean "
                                    "'LSB_JOBID'?")));
  EXPECT_THAT(messages("#!/bin/bash\n#PBS -l walltime=1:0:0\n#PBS -l select=1\n#PBS -B\n"
                       "cd $PBS_O_WORKDIR\n"),
              ElementsAre("job.sh:4:6: qsub has no option -B"));
}

TEST(Lint, AsksForTheShellAndUnixLines) {
  EXPECT_THAT(messages("echo\r\n"),
              ElementsAre(HasSubstr("must name the shell"), HasSubstr("lines end as in DOS")));
}

TEST(Lint, TellsAnUnsetVariableOnce) {
  EXPECT_THAT(messages("#!/bin/sh\nDATA=/x\necho $DTAA\necho $DTAA\n"),
              ElementsAre("job.sh:3:6: nothing sets $DTAA; did you mean 'DATA'?; ${DTAA:-…} would "
                          "give it a default"));
}

}  // namespace
}  // namespace sciwright::experiment
