#include "bench/run_staging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Staging : ::testing::Test {
  Staging() {
    spec.data_paths = {"data.catalog", "data.faults"};
    write_file_atomic(dir.path() / "catalogue.csv", "12345");
    settings = {{"stage", (dir.path() / "local").string()},
                {"data", {{"catalog", (dir.path() / "catalogue.csv").string()}, {"faults", ""}}}};
  }
  std::unique_ptr<storage::StagedData> stage() {
    return stage_data(spec, settings, phases, {}, [this](const std::string& text) { said = text; });
  }

  TemporaryDirectory dir;
  BenchmarkSpec spec;
  Json settings;
  std::int64_t now_ns = 0;
  record::Stopwatch watch{fake_clock(&now_ns, 0)};
  record::Phases phases{watch, nullptr, {}};
  std::string said;
};

TEST_F(Staging, LeadsTheSettingsToTheCopies) {
  const auto staged = stage();
  const std::string catalog = settings["data"]["catalog"];
  EXPECT_THAT(catalog, StartsWith((dir.path() / "local").string()));
  EXPECT_EQ(read_file(catalog), "12345");
  EXPECT_EQ(settings["data"]["faults"], "");
  EXPECT_THAT(said, StartsWith("stage: 0.0 MB copied to "));
  const record::Interval timed = watch.intervals().at(0);
  EXPECT_EQ(timed.name, "Staging");
  EXPECT_EQ(timed.status, "ok");
  EXPECT_EQ(timed.values["bytes"], 5);
}

TEST_F(Staging, DoesNothingUnlessAsked) {
  settings["stage"] = "off";
  EXPECT_EQ(stage(), nullptr);
  EXPECT_TRUE(watch.intervals().empty());
}

TEST_F(Staging, SaysThatSimulatedDataNeedNoCopy) {
  settings["data"]["catalog"] = "";
  EXPECT_EQ(stage(), nullptr);
  EXPECT_EQ(said, "stage: there are no files of data to copy\n");
}

TEST_F(Staging, NamesADirectoryThatCannotBeUsed) {
  settings["stage"] = (dir.path() / "catalogue.csv").string();
  try {
    stage();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("catalogue.csv/sciwright-stage-"));
  }
  EXPECT_EQ(watch.intervals().at(0).status, "failed");
}

}  // namespace
}  // namespace sciwright::bench
