#include "earthquake/data/training_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "earthquake/data/test_dataset.h"
#include "io/npz.h"

namespace sciwright::earthquake {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A model.npz with these facts.
class TrainingFactsFile : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "model.npz"; }
  void write(const json& facts) const {
    const std::string text = facts.dump();
    io::write_npz(path(),
                  {{"facts", io::Array<std::uint8_t>{{text.size()}, {text.begin(), text.end()}}}});
  }
  std::string error() const {
    try {
      read_training_facts(path());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      return error.what();
    }
    return "";
  }

  TemporaryDirectory folder_;
};

json test_facts() {
  Settings settings;
  settings.model = "lstm";
  Dataset d = test_dataset();
  d.faults[2][1] = 17;
  d.facts.source = "a catalogue";
  d.facts.content_hash = "abc";
  return training_facts_json(training_facts(settings, d));
}

TEST_F(TrainingFactsFile, ReadsBackWhatItWrote) {
  const Dataset d = test_dataset();
  write(test_facts());
  const TrainingFacts read = read_training_facts(path());
  EXPECT_EQ(read.settings["model"], "lstm");
  EXPECT_EQ(read.settings["lstm"]["units"], 48);
  EXPECT_EQ(read.catalog, "a catalogue");
  EXPECT_EQ(read.catalog_hash, "abc");
  EXPECT_EQ(read.num_fortnights, 120);
  EXPECT_EQ(read.split.locs, d.split.locs);
  EXPECT_EQ(read.split.is_validation, d.split.is_validation);
  EXPECT_EQ(read.faults[2][1], 17);
  EXPECT_EQ(read.faults[2][7], 0);  // Not a pixel of the run.
  ASSERT_EQ(read.scales.size(), d.scales.size());
  EXPECT_EQ(read.scales[4].min, d.scales[4].min);  // Bit for bit.
  EXPECT_EQ(read.scales[4].max, d.scales[4].max);
  EXPECT_EQ(read.means.values, d.means.values);
}

TEST_F(TrainingFactsFile, NamesAFileOfAnOlderVersion) {
  write({{"model", "tft"}});
  EXPECT_THAT(error(), AllOf(HasSubstr(path()), HasSubstr("does not say what the model was "
                                                          "trained on")));
}

TEST_F(TrainingFactsFile, NamesListsThatDoNotFitThePixels) {
  json facts = test_facts();
  facts["trained_on"]["means"].erase(0);
  write(facts);
  EXPECT_THAT(error(), AllOf(HasSubstr(path()), HasSubstr("other lengths than its 3 pixels")));
}

TEST_F(TrainingFactsFile, NamesWhatHasAnotherType) {
  json facts = test_facts();
  facts["trained_on"]["scales"] = "none";
  write(facts);
  EXPECT_THAT(error(), HasSubstr("scales is \"none\", must be a list"));
}

TEST_F(TrainingFactsFile, NamesATruncatedFile) {
  write(test_facts());
  const std::string bytes = read_file(path());
  write_file_atomic(path(), bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(error(), HasSubstr(path()));
}

TEST(TrainingFacts, AllowOnlyCatalogueDeviceThreadsAndPlotsToDiffer) {
  Settings now;
  const TrainingFacts facts{.settings = config::to_json(now)};
  now.data.catalog = "newer.csv";
  now.run.threads = 7;
  now.plots = false;
  now.synthetic.end_date = "2030-01-01";
  EXPECT_TRUE(setting_problems(facts, config::to_json(now)).empty());
  now.tft.hidden = 32;
  now.protocol = "honest";
  EXPECT_THAT(setting_problems(facts, config::to_json(now)),
              ElementsAre(HasSubstr("protocol is \"honest\", but the model was trained with "
                                    "\"compat\""),
                          HasSubstr("tft.hidden is 32, but the model was trained with 16")));
}

TEST(TrainingFacts, LeaveSettingsAloneThatTheTrainingDidNotKnow) {
  Settings now;
  TrainingFacts facts{.settings = config::to_json(now)};
  facts.settings.erase("missing");
  now.missing = "zero_error";
  EXPECT_TRUE(setting_problems(facts, config::to_json(now)).empty());
}

}  // namespace
}  // namespace sciwright::earthquake
