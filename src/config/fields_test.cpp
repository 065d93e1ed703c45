#include "config/fields.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::config {

struct AdamSettings {
  double learning_rate = 1e-3;
};

template <class Visitor>
void visit_fields(AdamSettings& s, Visitor& v) {
  v.field("learning_rate", s.learning_rate, "Step size.", {more_than(0)});
}

struct SampleSettings {
  int epochs = 2;
  bool shuffle = true;
  std::string model = "tft";
  std::vector<double> quantiles;
  AdamSettings adam;
};

template <class Visitor>
void visit_fields(SampleSettings& s, Visitor& v) {
  v.field("epochs", s.epochs, "Passes over the data.", {at_least(1)});
  v.field("shuffle", s.shuffle, "New order each epoch.");
  v.field("model", s.model, "The network.", {one_of({"tft", "lstm"})});
  v.field("quantiles", s.quantiles, "Levels to forecast.", {between(0, 1)});
  v.section("adam", s.adam, "The optimiser.");
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Fields, LoadsOverTheDefaults) {
  SampleSettings s;
  EXPECT_THAT(load(Json::parse(R"({"epochs": 5, "adam": {"learning_rate": 1}})"), {}, s),
              IsEmpty());
  EXPECT_EQ(s.epochs, 5);
  EXPECT_EQ(s.adam.learning_rate, 1.0);
  EXPECT_EQ(s.model, "tft");
}

TEST(Fields, ReportsAllProblemsAtOnce) {
  SampleSettings s;
  const Json source = Json::parse(
      R"({"epoch": 3, "epochs": 0, "shuffle": 1, "model": "gru", "quantiles": [0.5, 2],
          "adam": {"learning_rate": "fast", "momentum": 1}})");
  const auto locate = [](const std::string& path) {
    return path == "epochs" ? std::string("c.yaml:1:1") : std::string();
  };
  EXPECT_THAT(load(source, locate, s),
              ElementsAre("c.yaml:1:1: epochs is 0, must be at least 1",
                          "shuffle is 1, must be true or false",
                          "model is \"gru\", must be one of tft, lstm",
                          "quantiles is [0.5,2], must be from 0 to 1",
                          "adam.learning_rate is \"fast\", must be a number",
                          "adam.momentum is not a known setting",
                          "epoch is not a known setting; did you mean 'epochs'?"));
}

TEST(Fields, RefusesNumbersThatWouldLoseTheirValue) {
  SampleSettings s;
  EXPECT_THAT(load(Json::parse(R"({"epochs": 2.5})"), {}, s),
              ElementsAre("epochs is 2.5, must be a whole number"));
  EXPECT_THAT(load(Json::parse(R"({"epochs": 5000000000})"), {}, s),
              ElementsAre("epochs is 5000000000, must be a whole number"));
}

TEST(Fields, RefusesInfinityAndNoNumber) {
  SampleSettings s;
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(load(Json{{"adam", {{"learning_rate", infinity}}}}, {}, s),
              ElementsAre("adam.learning_rate is inf, must be a number"));
}

TEST(Fields, TakesAnUnsignedNumberInWhateverFormItWasRead) {
  EXPECT_TRUE(fits<std::uint64_t>(Json(std::int64_t{7})));
  EXPECT_FALSE(fits<std::uint64_t>(Json(-7)));
}

TEST(Fields, WritesEveryFieldSoThatLoadingGivesItBack) {
  SampleSettings s;
  s.quantiles = {0.1, 0.9};
  SampleSettings back;
  EXPECT_THAT(load(to_json(s), {}, back), IsEmpty());
  EXPECT_EQ(to_json(back), to_json(s));
}

TEST(Fields, DescribesEverySetting) {
  EXPECT_EQ(reference_markdown(describe<AdamSettings>()),
            "| Setting | Default | Meaning |\n|---|---|---|\n"
            "| `learning_rate` | `0.001` | Step size. Must be more than 0. |\n");
  EXPECT_EQ(describe<SampleSettings>().back().path, "adam.learning_rate");
}

}  // namespace
}  // namespace sciwright::config
