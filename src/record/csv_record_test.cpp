#include "record/csv_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;

TEST(CsvRecord, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(csv_record({"plain", "a,b", "say \"x\"", "two\nlines", ""}),
            "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",");
}

TEST(CsvRecord, TakesOneRecordAtATime) {
  std::string_view text = "a,\"b,\"\"c\"\"\nd\"\r\ne,\n";
  EXPECT_THAT(take_csv_record(text), ElementsAre("a", "b,\"c\"\nd"));
  EXPECT_THAT(take_csv_record(text), ElementsAre("e", ""));
  EXPECT_TRUE(text.empty());
}

TEST(CsvRecord, EndsAnOpenQuoteWithTheText) {
  std::string_view text = "a,\"b\nc";
  EXPECT_THAT(take_csv_record(text), ElementsAre("a", "b\nc"));
  EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace sciwright::record
