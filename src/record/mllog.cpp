#include "record/mllog.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "record/mllog_reader.h"

namespace sciwright::record {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::string_view kStart = "INTERVAL_START";
constexpr std::string_view kEnd = "INTERVAL_END";
constexpr std::string_view kPoint = "POINT_IN_TIME";

/// The interval records that a log has once, however often the run was resumed.
constexpr std::array<std::string_view, 3> kOnceKeys = {"init_start", "init_stop", "run_start"};

/// Where the program was built is nobody's business: the file's name without its directory.
std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// What makes two records say the same; nothing for a record that may well come again.
std::string fingerprint(std::string_view type, std::string_view key, const Json& value,
                        const Json& metadata) {
  if (type != kPoint && std::find(kOnceKeys.begin(), kOnceKeys.end(), key) == kOnceKeys.end()) {
    return {};
  }
  Json facts = metadata;
  facts.erase("file");
  facts.erase("lineno");
  return Json({type, key, value, facts}).dump();
}

/// The caller's place first, unless the metadata name another, then the other metadata.
void append_metadata(std::string& out, const MllogEvent& event) {
  const auto file = event.metadata.find("file");
  const auto line = event.metadata.find("lineno");
  out += "\"file\": ";
  if (file == event.metadata.end()) {
    append_json_string(out, base_name(event.file));
  } else {
    append_python_json(out, *file);
  }
  out += ", \"lineno\": ";
  append_python_json(out, line == event.metadata.end() ? Json(event.line) : *line);
  for (auto item = event.metadata.begin(); item != event.metadata.end(); ++item) {
    if (item == file || item == line) continue;
    out += ", ";
    append_json_string(out, item.key());
    out += ": ";
    append_python_json(out, *item);
  }
}

/// Takes out a last line that the end of a process cut short, which would fail the checker for
/// ever. A record that lacks nothing but its line end stays.
void drop_half_line(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  const std::size_t begin = text.rfind('\n') + 1;  // 0 where there is no line end
  if (begin == text.size() || !parse_mllog(text.substr(begin)).records.empty()) return;
  write_file_atomic(file, text.substr(0, begin));
}

}  // namespace

MllogWriter::MllogWriter(Clock clock, const MllogOptions& options)
    : clock_(std::move(clock)), name_space_(options.name_space), echo_(options.echo) {
  if (options.file.empty()) return;
  const bool resume = options.resume && std::filesystem::exists(options.file);
  if (resume) {
    drop_half_line(options.file);
    read_earlier(options.file);
  }
  file_ = std::make_unique<AppendFile>(options.file);
  if (last_time_ms_ == 0) return;
  const std::int64_t gap_ms = clock_.utc_ns() / kNsPerMs - last_time_ms_;
  Json facts = {{"gap_s", static_cast<double>(gap_ms) / 1000}};
  facts.update(options.resume_facts);
  point("resume", facts);
}

void MllogWriter::read_earlier(const std::filesystem::path& file) {
  for (const MllogRecord& record : parse_mllog(read_file(file)).records) {
    last_time_ms_ = std::max(last_time_ms_, record.time_ms);
    earlier_.insert(fingerprint(record.event_type, record.key, record.value, record.metadata));
  }
  earlier_.erase("");
}

void MllogWriter::write(const MllogEvent& event) {
  if (!event.metadata.is_object()) {
    throw Error(ErrorKind::kFailure, fmt::format("mllog '{}': metadata must be an object, is {}",
                                                 event.key, event.metadata.dump()));
  }
  if (!earlier_.empty() &&
      earlier_.contains(fingerprint(event.type, event.key, event.value, event.metadata))) {
    return;
  }
  std::string rest = fmt::format(", \"event_type\": \"{}\", \"key\": ", event.type);
  append_json_string(rest, event.key);
  rest += ", \"value\": ";
  append_python_json(rest, event.value);
  rest += ", \"metadata\": {";
  append_metadata(rest, event);
  std::string line = ":::MLLOG {\"namespace\": ";
  append_json_string(line, name_space_);

  const std::lock_guard lock(mutex_);
  fmt::format_to(std::back_inserter(line), ", \"time_ms\": {}{}}}}}", clock_.utc_ns() / kNsPerMs,
                 rest);
  if (file_) file_->append_line(line);
  if (echo_ != nullptr) *echo_ << line << std::endl;
}

void MllogWriter::start(std::string_view key, const Json& metadata, std::source_location where) {
  write({kStart, key, nullptr, metadata, where.file_name(), where.line()});
}

void MllogWriter::end(std::string_view key, const Json& metadata, std::source_location where) {
  write({kEnd, key, nullptr, metadata, where.file_name(), where.line()});
}

void MllogWriter::point(std::string_view key, const Json& value, const Json& metadata,
                        std::source_location where) {
  write({kPoint, key, value, metadata, where.file_name(), where.line()});
}

void MllogWriter::submission(const MllogSubmission& s, std::source_location where) {
  const std::pair<std::string_view, const std::string&> records[] = {
      {"submission_benchmark", s.benchmark},
      {"submission_org", s.org},
      {"submission_platform", s.platform},
      {"submission_division", s.division},
      {"submission_status", s.status},
      {"submission_poc_name", s.poc_name},
      {"submission_poc_email", s.poc_email},
      {"submission_version", s.version},
      {"submission_github_commit_version", s.commit},
      {"github_commit_version", s.commit},
  };
  for (const auto& [key, value] : records) {
    if (!value.empty()) point(key, value, Json::object(), where);
  }
}

}  // namespace sciwright::record
