#include "jobs/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;

TEST(Job, RunsAScriptByTheInterpreterOfItsFirstLine) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "job.sh", "#!/usr/bin/env -S bash -l\necho hello\n");
  const Job job{.id = "a", .directory = folder.path(), .script = "job.sh"};
  EXPECT_THAT(command_line(job), ElementsAre("/usr/bin/env", "-S", "bash", "-l", "./job.sh"));
}

TEST(Job, RunsAScriptWithoutAnInterpreterBySh) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "job.sh", "echo hello\n");
  const Job job{.id = "a", .directory = folder.path(), .script = "job.sh"};
  EXPECT_THAT(command_line(job), ElementsAre("/bin/sh", "./job.sh"));
}

TEST(Job, RefusesNeitherCommandNorScript) {
  try {
    command_line(Job{.id = "a"});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "job a: found neither command nor script, expected a command or a script");
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
  }
}

}  // namespace
}  // namespace sciwright::jobs
