#include "experiment/hostlist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::experiment {
namespace {

using ::testing::HasSubstr;

struct Row {
  std::string input;
  std::vector<std::string> output;
};

class HostlistTable : public testing::TestWithParam<Row> {};

TEST_P(HostlistTable, ExpandsAsTheOriginal) {
  const Expansion e = expand_hostlist(GetParam().input);
  EXPECT_EQ(e.problem, "");
  EXPECT_EQ(e.items, GetParam().output);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HostlistTable,
    testing::Values(Row{"1,2,3", {"1", "2", "3"}}, Row{"1-3", {"1-3"}},
                    Row{"[1-3]", {"1", "2", "3"}}, Row{"[1-2,5]", {"1", "2", "5"}},
                    Row{"[8-10]", {"8", "9", "10"}}, Row{"x[01-03]", {"x01", "x02", "x03"}},
                    Row{"a[1-2]b[3-4]", {"a1b3", "a1b4", "a2b3", "a2b4"}},
                    Row{"a100-[40,80]GB", {"a100-40GB", "a100-80GB"}},
                    Row{"red[01-02],red", {"red01", "red02", "red"}}, Row{"1,1,2", {"1", "2"}},
                    Row{"a100, v100", {"a100", "v100"}},
                    Row{"local:a0,a1", {"local:a0", "local:a1"}},
                    Row{"local:a,b,local:c", {"local:a", "b", "local:c"}},
                    Row{"a,b,local:c", {"a", "b", "local:c"}}, Row{"True,False", {"True", "False"}},
                    Row{"32GB", {"32GB"}}, Row{"0.001", {"0.001"}},
                    Row{"1e-3,1e-4", {"1e-3", "1e-4"}}, Row{"", {}},
                    Row{"[0-10:2]", {"0", "2", "4", "6", "8", "10"}},
                    Row{"n[08-11:3]", {"n08", "n11"}}));

class HostlistMistakes : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(HostlistMistakes, AreSaid) {
  const Expansion e = expand_hostlist(GetParam().first);
  EXPECT_THAT(e.problem, HasSubstr(GetParam().second));
  EXPECT_TRUE(e.items.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HostlistMistakes,
    testing::Values(std::pair{"[3-1]", "start > stop"}, std::pair{"[a-c]", "bad range"},
                    std::pair{"lr[0.1,0.2]", "bad range"}, std::pair{"[]", "bad range"},
                    std::pair{"[1-3:0]", "bad range"}, std::pair{"a[1[2]]", "within each other"},
                    std::pair{"a[1,2", "not closed"}, std::pair{"a]", "must come in pairs"},
                    std::pair{"[1-100001]", "more than 100000"},
                    std::pair{"[1-1000][1-1000]", "more than 100000"},
                    std::pair{"[0-18446744073709551615]", "more than 100000"}));

TEST(Hostlist, RefusesAnEndlessRowOfBrackets) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "[1]";
  EXPECT_THAT(expand_hostlist(text).problem, HasSubstr("more than 100 brackets"));
}

TEST(Hostlist, EndsARangeAtTheLargestNumber) {
  EXPECT_EQ(expand_hostlist("[18446744073709551614-18446744073709551615]").items,
            (std::vector<std::string>{"18446744073709551614", "18446744073709551615"}));
}

}  // namespace
}  // namespace sciwright::experiment
