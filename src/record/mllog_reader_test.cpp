#include "record/mllog_reader.h"

#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

std::string bad_lines(const MllogText& log) {
  std::string out;
  for (const MllogBadLine& bad : log.bad_lines) {
    out += std::to_string(bad.line) + ": " + bad.reason + "\n";
  }
  return out;
}

TEST(MllogReader, ReadsARecord) {
  const MllogText log = parse_mllog(
      R"(:::MLLOG {"namespace": "x", "time_ms": 1700000000008, "event_type": "INTERVAL_START", "key": "epoch_start", "value": null, "metadata": {"file": "a.cpp", "lineno": 1, "epoch_num": 1}})");
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(log.num_lines, 1);
  const MllogRecord& record = log.records[0];
  EXPECT_EQ(record.line, 1);
  EXPECT_EQ(record.time_ms, 1700000000008);
  EXPECT_EQ(record.name_space, "x");
  EXPECT_EQ(record.event_type, "INTERVAL_START");
  EXPECT_EQ(record.key, "epoch_start");
  EXPECT_TRUE(record.value.is_null());
  EXPECT_EQ(record.metadata["epoch_num"], 1);
}

TEST(MllogReader, SkipsOtherOutputAndTakesTheLastTokenOfALine) {
  const MllogText log = parse_mllog(
      "Epoch 1 [=====>]\n"
      "0: :::MLLOG cut :::MLLOG {\"time_ms\": 1, \"key\": \"a\", \"value\": 2, \"metadata\": "
      "{}}\r\n"
      "\x80\x81 binary\n");
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(log.num_lines, 3);
  EXPECT_EQ(log.records[0].line, 2);
  EXPECT_EQ(log.records[0].value, 2);
}

TEST(MllogReader, ReadsLatin1AndUtf8) {
  const MllogText log = parse_mllog(
      ":::MLLOG {\"time_ms\": 1, \"key\": \"a\", \"value\": \"caf\xe9\", \"metadata\": {}}\n"
      ":::MLLOG {\"time_ms\": 1, \"key\": \"a\", \"value\": \"caf\xc3\xa9\", \"metadata\": {}}\n");
  ASSERT_EQ(log.records.size(), 2U);
  EXPECT_EQ(log.records[0].value, "café");
  EXPECT_EQ(log.records[1].value, "café");
}

TEST(MllogReader, ReadsPythonValuesAndNotANumber) {
  const MllogText log = parse_mllog(
      ":::MLLOG {'time_ms': 1, 'key': 'a', 'value': {'ok': True, 'b': None}, 'metadata': {}}\n"
      ":::MLLOG {\"time_ms\": 1, \"key\": \"b\", \"value\": NaN, \"metadata\": {}}\n");
  ASSERT_EQ(log.records.size(), 2U);
  EXPECT_EQ(log.records[0].value, Json({{"ok", true}, {"b", nullptr}}));
  EXPECT_TRUE(log.records[1].value.is_null());
}

TEST(MllogReader, ReportsBadLinesAndReadsOn) {
  const MllogText log = parse_mllog(
      ":::MLLOG {\"time_ms\": 1, \"key\": \"a\", \"val\n"
      ":::MLLOG {\"time_ms\": 1, \"key\": \"a\", \"metadata\": {}}\n"
      ":::MLLOG {\"time_ms\": \"x\", \"key\": \"a\", \"value\": 1, \"metadata\": {}}\n"
      ":::MLLOG {\"time_ms\": 1, \"key\": 2, \"value\": 1, \"metadata\": {}}\n"
      ":::MLLOG {\"time_ms\": 1, \"key\": \"a\", \"value\": 1, \"metadata\": null}\n"
      ":::MLLOG [1]\n"
      ":::MLLOG {\"time_ms\": 1, \"key\": \"a\", \"value\": 1, \"metadata\": {}}");
  EXPECT_EQ(bad_lines(log),
            "1: is not complete or is no JSON\n"
            "2: lacks 'value'\n"
            "3: 'time_ms' is no number\n"
            "4: 'key' is no text\n"
            "5: 'metadata' is no object\n"
            "6: is no JSON object\n");
  ASSERT_EQ(log.records.size(), 1U);
  EXPECT_EQ(log.records[0].line, 7);
}

TEST(MllogReader, RefusesTimesThatNoClockTells) {
  EXPECT_EQ(bad_lines(parse_mllog(
                ":::MLLOG {\"time_ms\": 1e300, \"key\": \"a\", \"value\": 1, \"metadata\": {}}\n"
                ":::MLLOG {\"time_ms\": 99999999999999999999, \"key\": \"a\", \"value\": 1, "
                "\"metadata\": {}}\n")),
            "1: 'time_ms' is no time\n2: 'time_ms' is no time\n");
}

}  // namespace
}  // namespace sciwright::record
