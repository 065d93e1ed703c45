#include "bench/submission.h"

#include <gtest/gtest.h>

namespace sciwright::bench {
namespace {

using Json = nlohmann::json;

TEST(Submission, TakesWhatTheConfigurationSays) {
  record::HostFacts host;
  host.hostname = "node7";
  const record::MllogSubmission s = submission_of(
      "quake",
      {{"submission", {{"org", "ACME"}, {"status", "onprem"}, {"email", "ada@example.org"}}},
       {"benchmark", {{"organisation", "other"}, {"user", "Ada"}}}},
      host);
  EXPECT_EQ(s.benchmark, "quake");
  EXPECT_EQ(s.org, "ACME");
  EXPECT_EQ(s.platform, "node7");
  EXPECT_EQ(s.division, "open");
  EXPECT_EQ(s.status, "onprem");
  EXPECT_EQ(s.poc_name, "Ada");
  EXPECT_EQ(s.poc_email, "ada@example.org");
}

TEST(Submission, NeedsNoConfiguration) {
  const record::MllogSubmission s = submission_of("quake", Json::object(), {});
  EXPECT_EQ(s.org, "unknown");
  EXPECT_EQ(s.status, "research");
  EXPECT_EQ(s.poc_name, "");
}

}  // namespace
}  // namespace sciwright::bench
