#include "campaign/following.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::campaign {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(MaxFails, TakesNumbersAndPercentages) {
  EXPECT_EQ(parse_max_fails("", 60), 60U);
  EXPECT_EQ(parse_max_fails("3", 60), 3U);
  EXPECT_EQ(parse_max_fails("10%", 61), 6U);
  EXPECT_EQ(parse_max_fails("0", 60), 0U);
}

TEST(MaxFails, RefusesOtherTexts) {
  for (const char* text : {"few", "-1", "101%", "3.5", "%"}) {
    EXPECT_THAT([&] { parse_max_fails(text, 60); },
                ThrowsMessage<Error>(HasSubstr("expected a number, or a percentage")))
        << text;
  }
}

TEST(Hook, KnowsWhatHappenedToWhichExperiment) {
  const TemporaryDirectory folder;
  jobs::JobReport report{.id = "epoch_1"};
  report.status = jobs::ended(jobs::EndingKind::kTimeLimit);
  report.handle.directory = "/data/epoch_1";
  const std::string file = (folder.path() / "told").string();
  EXPECT_EQ(run_hook("echo $SCIWRIGHT_EXPERIMENT $SCIWRIGHT_STATE $SCIWRIGHT_DIRECTORY > " + file,
                     report),
            "");
  EXPECT_EQ(read_file(file), "epoch_1 time_limit /data/epoch_1\n");
}

TEST(Hook, SaysWhenItFails) {
  EXPECT_EQ(run_hook("echo no mail >&2; exit 3", {.id = "x"}),
            "--on-change: exit code 3 for x: no mail\n");
}

}  // namespace
}  // namespace sciwright::campaign
