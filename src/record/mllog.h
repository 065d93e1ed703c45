#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <ostream>
#include <set>
#include <source_location>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/files.h"
#include "record/python_json.h"

namespace sciwright::record {

/// Who submits what, the first records of every log. Empty fields are not written.
struct MllogSubmission {
  std::string benchmark;            ///< "cloudmask", "earthquake".
  std::string org;                  ///< Organisation.
  std::string platform;             ///< The system's name.
  std::string division = "open";    ///< "open" or "closed".
  std::string status = "research";  ///< "research", "onprem", "cloud" or "preview".
  std::string poc_name;             ///< Point of contact.
  std::string poc_email;
  std::string version;  ///< Of the benchmark.
  std::string commit;   ///< Of the code; written under both spellings of the key.
};

/// A record as it is written, for callers that are no C++ source.
struct MllogEvent {
  std::string_view type;  ///< "INTERVAL_START", "INTERVAL_END" or "POINT_IN_TIME".
  std::string_view key;
  const Json& value;
  const Json& metadata;
  std::string_view file;  ///< Of the caller; only its name is written, not its folder.
  std::uint_least32_t line = 0;
};

/// Where an MllogWriter writes.
struct MllogOptions {
  std::filesystem::path file;    ///< Appended to; no file when empty.
  std::ostream* echo = nullptr;  ///< Gets every line too, for example std::cout; must outlive.
  std::string name_space;        ///< The line's "namespace".
  /// Continues the log of an interrupted run: a `resume` record tells the gap, and what the log
  /// has already once and for all (points with the same value and metadata; init and run_start) is
  /// not repeated. A last line that was cut short is taken out.
  bool resume = false;
  Json resume_facts = Json::object();  ///< What the `resume` record says besides `gap_s`.
};

/// Writes MLCommons log lines
/// `:::MLLOG {"namespace": "", "time_ms": …, "event_type": …, "key": …, "value": …, "metadata": …}`
/// with the caller's file and line first in the metadata, in Python's JSON form; metadata of these
/// names ("file", "lineno") take their places. Threads may share
/// it; each line is one write. Epochs and steps belong into the metadata ({{"epoch_num", 1}}), and
/// values keep their JSON type. Throws a failure on a full disk, and for metadata that is no
/// object.
class MllogWriter final {
 public:
  MllogWriter(Clock clock, const MllogOptions& options);

  /// INTERVAL_START of `key` ("run_start").
  void start(std::string_view key, const Json& metadata = Json::object(),
             std::source_location where = std::source_location::current());

  /// INTERVAL_END of `key` ("run_stop").
  void end(std::string_view key, const Json& metadata = Json::object(),
           std::source_location where = std::source_location::current());

  /// POINT_IN_TIME.
  void point(std::string_view key, const Json& value, const Json& metadata = Json::object(),
             std::source_location where = std::source_location::current());

  /// The submission_* records, in the order the rules list them.
  void submission(const MllogSubmission& submission,
                  std::source_location where = std::source_location::current());

  void write(const MllogEvent& event);

 private:
  void read_earlier(const std::filesystem::path& file);

  const Clock clock_;
  const std::string name_space_;
  std::ostream* const echo_;
  std::int64_t last_time_ms_ = 0;  ///< Of an earlier session; 0 without one.
  std::set<std::string> earlier_;  ///< Fingerprints of records that are not repeated.
  std::unique_ptr<AppendFile> file_;
  std::mutex mutex_;  ///< Keeps times in the order of lines.
};

}  // namespace sciwright::record
