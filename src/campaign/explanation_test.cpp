#include "campaign/explanation.h"

#include <gtest/gtest.h>

namespace sciwright::campaign {
namespace {

ExplanationSource failed(jobs::EndingKind kind, std::optional<int> exit_code = {}) {
  ExplanationSource source{.folder = "eq", .name = "epoch_1"};
  source.state.phase = Phase::kFailed;
  source.state.attempt = 1;
  source.state.status = jobs::ended(kind, exit_code);
  source.state.record.elapsed_s = 65;
  return source;
}

TEST(Explanation, GivesMoreMemoryToWhatRanOutOfIt) {
  const Explanation out = explain(failed(jobs::EndingKind::kOutOfMemory));
  EXPECT_EQ(out.why, "Killed for using more memory than it asked for. It ran for 1m 05s.");
  EXPECT_EQ(out.fix, "sciwright experiment resume eq epoch_1 --more-memory 1.5");
}

TEST(Explanation, GivesMoreTimeToWhatRanOutOfIt) {
  const Explanation out = explain(failed(jobs::EndingKind::kTimeLimit));
  EXPECT_EQ(out.why,
            "Stopped at its time limit. It ran for 1m 05s. A benchmark goes on from its last "
            "checkpoint.");
  EXPECT_EQ(out.fix, "sciwright experiment resume eq epoch_1 --more-time 1.5");
}

TEST(Explanation, KnowsWhatProgramsWriteWhenTheyFail) {
  ExplanationSource source = failed(jobs::EndingKind::kFailure, 1);
  source.error_tail = "epoch 1\nModuleNotFoundError: No module named 'h5py'\n";
  EXPECT_EQ(
      explain(source).why,
      "Exit code 1. It ran for 1m 05s. A Python module is missing in the job's environment. "
      "It wrote: ModuleNotFoundError: No module named 'h5py'. Resume it when that is mended.");
  EXPECT_EQ(explain(source).fix, "");
}

TEST(Explanation, AdvisesNoResumeThatWouldFailTheSameWay) {
  ExplanationSource source = failed(jobs::EndingKind::kFailure, 2);
  source.error_tail = "sciwright: config.yaml:3:1: epochs is -1, must be at least 1\n";
  EXPECT_EQ(explain(source).why,
            "Exit code 2. It ran for 1m 05s. Its last words: sciwright: config.yaml:3:1: epochs is "
            "-1, must be at least 1. It refused its configuration or arguments: mend the study, "
            "generate it again with --refresh, and resume.");
  EXPECT_EQ(explain(source).fix, "");
  source.error_tail = "Stale file handle\n";
  EXPECT_EQ(explain(source).fix, "sciwright experiment resume eq epoch_1");
}

TEST(Explanation, QuotesTheLastWordsOfOthers) {
  EXPECT_EQ(explain_errors("a\nsciwright: config.yaml:3: epochs: found -1\n\n"),
            "Its last words: sciwright: config.yaml:3: epochs: found -1");
  EXPECT_EQ(explain_errors("  \n"), "");
}

TEST(Explanation, CallsNothingDeadThatIsUnknown) {
  ExplanationSource source{.folder = "a b", .name = "x"};
  source.state.phase = Phase::kUnknown;
  source.state.launcher = "slurm";
  source.state.scheduler_id = "7_1";
  const Explanation out = explain(source);
  EXPECT_EQ(out.why,
            "It was handed over (slurm 7_1), and nobody says where it is now. Unknown is not dead; "
            "nothing is started twice.");
  EXPECT_EQ(out.fix, "sciwright experiment status 'a b'");
}

TEST(Explanation, PassesTheSchedulersWordsOn) {
  ExplanationSource source{.folder = "eq", .name = "x", .scheduler_words = "It is next."};
  source.state.phase = Phase::kPending;
  EXPECT_EQ(explain(source).why, "It is next.");
}

}  // namespace
}  // namespace sciwright::campaign
