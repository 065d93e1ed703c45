// Studies run on another host by `sciwright experiment submit --launcher ssh`: a real sshd on this
// one.

#include <memory>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../cli/program.h"
#include "base/files.h"
#include "sshd_in_a_folder.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

class SubmitBySsh : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (SshdInAFolder::obstacle().empty()) sshd = std::make_unique<SshdInAFolder>();
  }
  static void TearDownTestSuite() { sshd.reset(); }
  void SetUp() override {
    if (!sshd) GTEST_SKIP() << SshdInAFolder::obstacle();
    ::setenv("XDG_RUNTIME_DIR", there_.path().c_str(), 1);  // a connection of its own
    before_ = fs::current_path();
    fs::current_path(dir_.path());
    write_file_atomic("study.yaml", "experiment: {x: \"[1-6]\"}\n");
    write_file_atomic("job.in.sh",
                      "#!/bin/sh\necho ran >>ran; [ {experiment.x} != 2 ] || exit 3\n");
    const Ended e =
        sciwright_with("experiment generate --config study.yaml --source job.in.sh --out study");
    ASSERT_EQ(e.code, 0) << e.text;
  }
  void TearDown() override {
    if (!before_.empty()) fs::current_path(before_);
  }

  std::string options() const {
    std::string text = fmt::format("--host {} --remote-dir '{}' -j 2 --poll 0.2s",
                                   SshdInAFolder::kHost, (there_.path() / "a study").string());
    for (const std::string& word : sshd->ssh_options()) text += " --ssh-option=" + word;
    return text;
  }

  static inline std::unique_ptr<SshdInAFolder> sshd;
  TemporaryDirectory dir_;
  TemporaryDirectory there_;
  fs::path before_;
};

TEST_F(SubmitBySsh, RunsThereAndBringsEverythingBack) {
  const Ended ran = sciwright_with("experiment submit study -y -q " + options());
  EXPECT_EQ(ran.code, 1) << ran.text;
  EXPECT_THAT(ran.text, HasSubstr("5 succeeded, 1 failed\n"));
  EXPECT_EQ(read_file("study/x_1/ran"), "ran\n");
  EXPECT_EQ(read_file(there_.path() / "a study" / "x_1" / "ran"), "ran\n");
  const Json status =
      Json::parse(sciwright_with("experiment status study --json", "2>/dev/null").text);
  EXPECT_EQ(status.at("counts"), Json({{"failure", 1}, {"succeeded", 5}}));
  EXPECT_EQ(status.at("experiments")[0].at("launcher"), "ssh:box");
  EXPECT_THAT(sciwright_with("experiment submit study -y").text,
              StartsWith("nothing to submit in study\n"));
}

TEST_F(SubmitBySsh, AHostThatDoesNotAnswerIsOutOfReachAndNothingIsLost) {
  sshd->stop();
  const Ended away = sciwright_with("experiment submit study -y -q --no-wait " + options());
  EXPECT_EQ(away.code, 3) << away.text;
  sshd->start();
  const Ended ran = sciwright_with("experiment submit study -y -q " + options());
  EXPECT_THAT(ran.text, HasSubstr("5 succeeded, 1 failed\n"));
  for (const char* x : {"x_1", "x_2", "x_6"}) {
    EXPECT_EQ(read_file(fs::path("study") / x / "ran"), "ran\n");
  }
}

}  // namespace
}  // namespace sciwright
