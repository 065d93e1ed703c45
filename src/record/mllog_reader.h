#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/python_json.h"

namespace sciwright::record {

/// What stands before the JSON of every MLCommons log line.
inline constexpr std::string_view kMllogToken = ":::MLLOG ";

/// One record of an MLCommons log.
struct MllogRecord {
  int line = 0;  ///< In the file, from 1.
  std::int64_t time_ms = 0;
  std::string name_space;
  std::string event_type;
  std::string key;
  Json value;
  Json metadata = Json::object();
};

/// A line that carries the token but no record.
struct MllogBadLine {
  int line = 0;
  std::string reason;
  bool is_json = false;  ///< But no record: something is missing in it.
};

/// A log as read: every line is a record, a bad line, or other output that does not matter.
struct MllogText {
  int num_lines = 0;
  std::vector<MllogRecord> records;
  std::vector<MllogBadLine> bad_lines;
};

/// Reads a log that may hold any other output around its records. The record is what follows the
/// last token of a line. Bytes that are not UTF-8 are taken as Latin-1; Python literals and NaN are
/// accepted where JSON should stand. `time_ms`, `key`, `value` and `metadata` are required.
MllogText parse_mllog(std::string_view text);

}  // namespace sciwright::record
