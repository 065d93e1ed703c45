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

TEST_F(StopwatchC, RefusesNull) {
  EXPECT_EQ(sciwright_stopwatch_start(watch, nullptr), 1);
  EXPECT_STREQ(sciwright_error(), "the name is NULL");
  EXPECT_EQ(sciwright_stopwatch_start(nullptr, "x"), 1);
  EXPECT_STREQ(sciwright_error(), "the stopwatch is NULL");
  EXPECT_EQ(sciwright_stopwatch_stop(watch, nullptr, nullptr), 1);
  EXPECT_EQ(sciwright_stopwatch_event(watch, nullptr, nullptr, nullptr), 1);
  EXPECT_EQ(sciwright_stopwatch_note(watch, nullptr, "m", nullptr), 1);
  EXPECT_EQ(sciwright_stopwatch_sum_s(watch, nullptr), 0);
  EXPECT_EQ(sciwright_stopwatch_report(watch, nullptr, nullptr), nullptr);
}

TEST_F(StopwatchC, ReportsNamesThatAreNotUtf8) {
  EXPECT_EQ(sciwright_stopwatch_event(watch, "caf\xe9", "\xff", nullptr), 0);
  for (const char* form : {"json", "yaml", "trace", "mllog", "timers", "table"}) {
    const std::unique_ptr<char, void (*)(char*)> text{
        sciwright_stopwatch_report(watch, form, nullptr), sciwright_text_free};
    EXPECT_NE(text, nullptr) << form << ": " << sciwright_error();
  }
  EXPECT_THAT(report("json"), HasSubstr("caf\xef\xbf\xbd"));
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
