#include "io/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::io {
namespace {

using ::testing::ElementsAre;
using Record = std::vector<std::string>;

std::vector<Record> records(std::string_view text, char separator = ',') {
  CsvReader reader(text, {.name = "t.csv", .separator = separator});
  std::vector<Record> all;
  while (reader.next()) all.emplace_back(reader.fields().begin(), reader.fields().end());
  return all;
}

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
  return "no error";
}

TEST(CsvReader, SplitsPlainFields) {
  EXPECT_THAT(records("a,b,c\n1,,3\n"), ElementsAre(Record{"a", "b", "c"}, Record{"1", "", "3"}));
}

TEST(CsvReader, KeepsALastEmptyField) {
  EXPECT_THAT(records("a,\n"), ElementsAre(Record{"a", ""}));
}

TEST(CsvReader, ReadsWindowsLineEndsAndAMissingLastOne) {
  EXPECT_THAT(records("a,b\r\n\"c\",d\r\ne,\"f\"\r\ng,h"),
              ElementsAre(Record{"a", "b"}, Record{"c", "d"}, Record{"e", "f"}, Record{"g", "h"}));
}

TEST(CsvReader, KeepsSeparatorsQuotesAndLineEndsInsideQuotes) {
  EXPECT_THAT(records("\"6km W, CA\",\"say \"\"hi\"\"\",\"two\nlines\"\nx,\"\",z\n"),
              ElementsAre(Record{"6km W, CA", "say \"hi\"", "two\nlines"}, Record{"x", "", "z"}));
}

TEST(CsvReader, SkipsEmptyLinesAndAByteOrderMark) {
  EXPECT_THAT(records("\xef\xbb\xbf"
                      "a\n\n\r\nb\n"),
              ElementsAre(Record{"a"}, Record{"b"}));
}

TEST(CsvReader, TakesOtherSeparators) {
  EXPECT_THAT(records("1|a,b\n", '|'), ElementsAre(Record{"1", "a,b"}));
}

TEST(CsvReader, PointsIntoTheTextWhereNothingWasQuoted) {
  const std::string text = "ab,cd\n";
  CsvReader reader(text);
  reader.next();
  EXPECT_EQ(reader.fields()[1].data(), text.data() + 3);
}

TEST(CsvReader, CountsLinesOverQuotedLineEndsAndEmptyLines) {
  CsvReader reader("a,\"b\nc\"\n\nd,e\n", {.name = "f.csv", .first_line = 10});
  reader.next();
  EXPECT_EQ(reader.where(), "f.csv:10");
  reader.next();
  EXPECT_EQ(reader.where(), "f.csv:13");
}

TEST(CsvReader, NamesTheLineOfAQuoteThatIsNeverClosed) {
  EXPECT_EQ(message_of([] { records("a\n\"b,c\n"); }), "t.csv:2: a quoted field is never closed");
}

TEST(CsvReader, RejectsTextBehindAClosingQuote) {
  EXPECT_EQ(message_of([] { records("\"b\"c\n"); }), "t.csv:1: text follows a closing quote");
}

TEST(CsvReader, LeavesOutBrokenRecordsWhenAskedTo) {
  CsvReader reader("a\n\"b,c\nd\n\"e\"f\ng\n", {.skip_broken = true});
  std::vector<std::string> seen;
  while (reader.next()) seen.push_back(reader.where() + std::string(reader.text(0)));
  EXPECT_THAT(seen, ElementsAre(":1a", ":3d", ":5g"));
  ASSERT_EQ(reader.broken().size(), 2U);
  EXPECT_EQ(reader.broken()[0].line, 2);
  EXPECT_EQ(reader.broken()[0].problem, "text follows a closing quote");
  EXPECT_EQ(reader.broken()[1].line, 4);
}

TEST(CsvReader, FindsColumnsByName) {
  CsvReader reader("time, lat ,mag\n1,2,3\n", {.name = "f.csv"});
  reader.next();
  reader.use_as_header();
  EXPECT_EQ(reader.column("lat"), 1U);
  EXPECT_EQ(reader.find_column("depth"), std::nullopt);
  EXPECT_EQ(message_of([&] { reader.column("mags"); }),
            "f.csv: has no column 'mags' (there are: time, lat, mag); did you mean 'mag'?");
}

TEST(CsvReader, ReadsNumbersAndNamesTheColumnOfABadOne) {
  CsvReader reader("name,mag,n\nx,4.5,7\ny,big,7.5\nz\n", {.name = "f.csv"});
  reader.next();
  reader.use_as_header();
  reader.next();
  EXPECT_EQ(reader.number(1), 4.5);
  EXPECT_EQ(reader.integer(2), 7);
  reader.next();
  EXPECT_EQ(message_of([&] { reader.number(1); }), "f.csv:3: mag is 'big', expected a number");
  EXPECT_EQ(message_of([&] { reader.integer(2); }), "f.csv:3: n is '7.5', expected a whole number");
  reader.next();
  EXPECT_EQ(message_of([&] { reader.number(1); }), "f.csv:4: has 1 fields, expected at least 2");
}

TEST(ParseDouble, TakesWholeTextsOnly) {
  EXPECT_EQ(parse_double(" -1.5e3\t"), -1500.0);
  EXPECT_EQ(parse_double("+2"), 2.0);
  EXPECT_EQ(parse_double("+-2"), std::nullopt);
  EXPECT_EQ(parse_double("1,5"), std::nullopt);
  EXPECT_EQ(parse_double(""), std::nullopt);
  EXPECT_EQ(parse_double("12km"), std::nullopt);
}

TEST(ParseInt64, RejectsFractionsAndOverflow) {
  EXPECT_EQ(parse_int64("-42"), -42);
  EXPECT_EQ(parse_int64("4.0"), std::nullopt);
  EXPECT_EQ(parse_int64("99999999999999999999"), std::nullopt);
}

TEST(AppendCsvRow, QuotesWhatNeedsItAndReadsBack) {
  const Record row = {"plain", "a,b", "say \"hi\"", "two\nlines", "", "\r"};
  std::string text;
  append_csv_row(text, row);
  EXPECT_EQ(text, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,\"\r\"\n");
  EXPECT_THAT(records(text), ElementsAre(row));
}

}  // namespace
}  // namespace sciwright::io
