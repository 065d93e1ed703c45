#include "record/stopwatch_c.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using ::testing::HasSubstr;

struct StopwatchC : ::testing::Test {
  std::unique_ptr<sciwright_stopwatch, void (*)(sciwright_stopwatch*)> owner{
      sciwright_stopwatch_create(), sciwright_stopwatch_destroy};
  sciwright_stopwatch* watch = owner.get();

  std::string report(const char* form) const {
    const std::unique_ptr<char, void (*)(char*)> text{sciwright_stopwatch_report(watch, form, "t"),
                                                      sciwright_text_free};
    return text ? text.get() : "";
  }
};

TEST_F(StopwatchC, MeasuresAndReports) {
  EXPECT_EQ(sciwright_stopwatch_start(watch, "train"), 0);
  EXPECT_EQ(sciwright_stopwatch_note(watch, "train", "warm", "{\"epoch\": 1}"), 0);
  EXPECT_EQ(sciwright_stopwatch_stop(watch, "train", "early"), 0);
  EXPECT_EQ(sciwright_stopwatch_event(watch, "done", nullptr, "3"), 0);
  EXPECT_GT(sciwright_stopwatch_sum_s(watch, "train"), 0);
  const auto timers = nlohmann::json::parse(report("json"))["benchmark"];
  EXPECT_EQ(timers["train"]["status"], "early");
  EXPECT_EQ(timers["train"]["msg"], "warm");
  EXPECT_EQ(timers["train"]["tag"], "t");
  EXPECT_THAT(report("timers"), HasSubstr(",3\n"));
}

TEST_F(StopwatchC, SaysWhyAFunctionFailed) {
  EXPECT_EQ(sciwright_stopwatch_stop(watch, "train", nullptr), 1);
  EXPECT_STREQ(sciwright_error(), "timer 'train' is stopped, but this thread has not started it");
  EXPECT_EQ(sciwright_stopwatch_event(watch, "x", nullptr, "{"), 1);
  EXPECT_STREQ(sciwright_error(), "values are no JSON: {");
  EXPECT_EQ(report("tabel"), "");
  EXPECT_THAT(sciwright_error(), HasSubstr("did you mean 'table'?"));
}

}  // namespace
