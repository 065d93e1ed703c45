#include "record/timer_forms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "record/stopwatch.h"

namespace sciwright::record {
namespace {

using ::testing::HasSubstr;

TEST(TimerForms, WritesEveryFormItLists) {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, 0));
  watch.event("alpha");
  for (const std::string& form : timer_forms()) {
    EXPECT_THAT(timers_in_form(form, watch.intervals(), {}, {{"alpha", "mark"}}),
                HasSubstr(form == "mllog" ? "\"mark\"" : "alpha"))
        << form;
  }
}

TEST(TimerForms, SuggestsTheFormThatWasMeant) {
  try {
    timers_in_form("jsn", {}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "no form 'jsn' of timers; did you mean 'json'?; known: table, csv, json, yaml, "
                 "txt, markdown, timers, trace, mllog");
  }
}

TEST(TimerForms, KnowsThisMachine) {
  const TimerReport report = report_of_this_machine(system_clock());
  EXPECT_EQ(report.system, "Linux");
  EXPECT_FALSE(report.node.empty());
  EXPECT_GT(report.system_facts.size(), 5U);
}

}  // namespace
}  // namespace sciwright::record
