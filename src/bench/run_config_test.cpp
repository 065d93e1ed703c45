#include "bench/run_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::bench {

struct QuakeSettings {
  int epochs = 2;
  double learning_rate = 1e-3;
  std::string model = "tft";
};

template <class Visitor>
void visit_fields(QuakeSettings& s, Visitor& v) {
  v.field("epochs", s.epochs, "Passes.", {config::at_least(1)});
  v.field("learning_rate", s.learning_rate, "Step.", {config::more_than(0)});
  v.field("model", s.model, "Network.", {config::one_of({"tft", "lstm"})});
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

BenchmarkSpec quake_spec() {
  BenchmarkSpec spec;
  spec.name = "quake";
  spec.aliases = {{"TFTTransformerepochs", "epochs"},
                  {"epoch", "epochs"},
                  {"image.rate", "learning_rate"},
                  {"data.net", "model"},
                  {"organisation", "submission.org"}};
  spec.dead_keys = {"max_gradient_norm", "image.MIN_SST"};
  spec.replaced_keys = {{"log.file", "the run folder has one"}};
  spec.timers = {"Epoch", "Run"};
  spec.check = check_settings<QuakeSettings>;
  return spec;
}

RunConfig resolve(const std::string& yaml, const std::vector<config::Override>& overrides = {}) {
  return resolve_run_config(quake_spec(), {io::parse_yaml(yaml, "c.yaml")}, overrides);
}

std::string message_of(const std::string& yaml) {
  try {
    resolve(yaml);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(RunConfig, FillsEverySetting) {
  const RunConfig c = resolve_run_config(quake_spec(), {}, {});
  EXPECT_EQ(c.settings, Json::parse(R"({"epochs":2,"learning_rate":0.001,"model":"tft"})"));
}

TEST(RunConfig, LetsTheCommandLineWinOverFilesAndLaterFilesOverEarlierOnes) {
  const RunConfig c =
      resolve_run_config(quake_spec(),
                         {io::parse_yaml("quake: {epochs: 3, model: lstm}", "a"),
                          io::parse_yaml("quake: {epochs: 4, learning_rate: 0.5}", "b")},
                         {config::parse_override("epochs=5")});
  EXPECT_EQ(c.settings, Json::parse(R"({"epochs":5,"learning_rate":0.5,"model":"lstm"})"));
}

TEST(RunConfig, ReadsAGeneratedExperiment) {
  const RunConfig c = resolve(
      "experiment: {TFTTransformerepochs: '10', card_name: a100, repeat: 3, learning_rate: 1e-4}\n"
      "quake: {epochs: 1}\n"
      "slurm: {partition: gpu}\nee: {mode: h}\n");
  EXPECT_EQ(c.settings["epochs"], 10);
  EXPECT_EQ(c.settings["learning_rate"], 1e-4);
  EXPECT_EQ(c.sections["slurm"]["partition"], "gpu");
  EXPECT_THAT(c.warnings, IsEmpty());
}

TEST(RunConfig, ReadsTheReferencesLayoutAndWarnsAboutItsDeadKeys) {
  const RunConfig c = resolve("TFTTransformerepochs: 7\nmax_gradient_norm: 0.01\nname: eq\n");
  EXPECT_EQ(c.settings["epochs"], 7);
  EXPECT_THAT(c.warnings, ElementsAre("c.yaml:2:1: max_gradient_norm has no effect, here as in the "
                                      "reference"));
}

TEST(RunConfig, ReadsGroupsOfTheReferencesLayout) {
  const RunConfig c = resolve(
      "image: {rate: 0.5, MIN_SST: 273.15}\nlog: {file: a.log}\ndata: {net: lstm, scratch: /s}\n"
      "organisation: STFC\n");
  EXPECT_EQ(c.settings, Json::parse(R"({"epochs":2,"learning_rate":0.5,"model":"lstm"})"));
  EXPECT_EQ(c.sections, Json::parse(R"({"data":{"scratch":"/s"},"submission":{"org":"STFC"}})"));
  EXPECT_THAT(c.warnings,
              ElementsAre("c.yaml:1:20: image.MIN_SST has no effect, here as in the reference",
                          "c.yaml:2:7: log.file is not used: the run folder has one"));
}

TEST(RunConfig, ChecksWhoSubmits) {
  EXPECT_EQ(message_of("submission: {orgg: X, org: 5, status: done}"),
            "c.yaml:1:23: submission.org is 5, must be a text\n"
            "c.yaml:1:31: submission.status is \"done\", must be one of cloud, onprem, preview, "
            "research\n"
            "c.yaml:1:14: submission.orgg is not a known setting; did you mean 'org'?");
  EXPECT_EQ(message_of("organisation: 5"), "c.yaml:1:1: submission.org is 5, must be a text");
  EXPECT_EQ(message_of("submission: [x]"),
            "c.yaml:1:1: submission must be a section with settings");
}

TEST(RunConfig, WarnsAboutWhatTheLogHasFromElsewhere) {
  const RunConfig c = resolve("submission: {benchmark: quake, version: 1, org: ACME}");
  EXPECT_EQ(c.sections, Json::parse(R"({"submission":{"org":"ACME"}})"));
  EXPECT_THAT(c.warnings,
              ElementsAre("c.yaml:1:14: submission.benchmark is not used: the log has the "
                          "benchmark's name",
                          "c.yaml:1:32: submission.version is not used: the log has the program's "
                          "version"));
}

TEST(RunConfig, TakesTheStatusAndDivisionOfTheReferencesFiles) {
  const RunConfig c = resolve("submission: {division: open, status: submission, org: ACME}");
  EXPECT_EQ(c.sections, Json::parse(R"({"submission":{"org":"ACME"}})"));
  EXPECT_THAT(c.warnings,
              ElementsAre("c.yaml:1:30: submission.status is not used: it says where the system "
                          "stands, and run_stop how the run went"));
  EXPECT_THAT(resolve("submission: {division: closed}").warnings,
              ElementsAre("c.yaml:1:14: submission.division is not used: the science working "
                          "group knows the open division only"));
}

TEST(RunConfig, ChecksTheTimersOfTheLog) {
  EXPECT_EQ(message_of("mllog: {key: {}, keys: {Epoc: a, Nosuch: b, Run: 3, Total: all}}"),
            "c.yaml:1:9: mllog.key is not a known setting; did you mean 'keys'?\n"
            "c.yaml:1:25: mllog.keys.Epoc is no timer of quake; did you mean 'Epoch'?\n"
            "c.yaml:1:34: mllog.keys.Nosuch is no timer of quake; it has Total, Staging, Epoch, "
            "Run\n"
            "c.yaml:1:45: mllog.keys.Run is 3, must be a text");
  EXPECT_EQ(message_of("mllog: {keys: [a]}"),
            "c.yaml:1:9: mllog.keys must be a map from timers to keys");
  EXPECT_EQ(message_of("mllog: {keys: }"), "no error");
}

TEST(RunConfig, TakesTheSectionsOfTheLogFromTheCommandLine) {
  const RunConfig c = resolve("{}", {config::parse_override("submission.status=onprem"),
                                     config::parse_override("mllog.keys.Epoch=block")});
  EXPECT_EQ(c.sections, Json::parse(R"({"submission":{"status":"onprem"},
                                        "mllog":{"keys":{"Epoch":"block"}}})"));
}

TEST(RunConfig, WarnsAboutAnExperimentKeyThatLooksLikeASetting) {
  EXPECT_THAT(resolve("experiment: {leaning_rate: 3, card_name: a100}").warnings,
              ElementsAre("c.yaml:1:14: experiment.leaning_rate is no setting of quake and is "
                          "ignored; did you mean 'learning_rate'?"));
}

TEST(RunConfig, ReadsDottedKeysOfAnExperiment) {
  EXPECT_EQ(resolve("experiment.epoch: '7'\nexperiment.card_name: a100\n").settings["epochs"], 7);
}

TEST(RunConfig, RefusesUnknownMembersOfAGroup) {
  EXPECT_EQ(message_of("image: {rte: 0.5}\n"),
            "c.yaml:1:9: image.rte is not a known section or setting; did you mean 'image.rate'?");
}

TEST(RunConfig, ReportsEveryProblemWithItsPlace) {
  EXPECT_EQ(message_of("quake:\n  epochs: 0\n  modle: tft\nepochs: 3\nslrm: {}\n"),
            "c.yaml:4:1: epochs is a setting of quake; put it under 'quake:'\n"
            "c.yaml:5:1: slrm is not a known section or setting; did you mean 'slurm'?\n"
            "c.yaml:2:3: epochs is 0, must be at least 1\n"
            "c.yaml:3:3: modle is not a known setting; did you mean 'model'?");
}

TEST(RunConfig, RefusesAListThatWasNotExpanded) {
  EXPECT_EQ(
      message_of("experiment: {epoch: '1,30,60'}"),
      "c.yaml:1:14: experiment.epoch is \"1,30,60\", expected one value; 'sciwright experiment "
      "generate' makes one folder for each value of a list");
}

TEST(RunConfig, NamesTheFlagThatIsWrong) {
  try {
    resolve("{}", {config::parse_override("epochs=none")});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "--set epochs=none: epochs is \"none\", must be a whole number");
  }
}

}  // namespace
}  // namespace sciwright::bench
