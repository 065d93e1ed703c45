#include "record/progress_line.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "base/clock.h"

namespace sciwright::record {
namespace {

bool is_word_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '+' || c == ':';
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_word_part);
}

/// A line end within would be a line end of the log.
std::string on_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

/// Readers end a quoted value at the next quote of its kind: of two kinds one has to give way.
std::string quoted(std::string text) {
  text = on_one_line(std::move(text));
  const bool has_single = text.find('\'') != std::string::npos;
  if (!text.empty() && !has_single && text.find_first_of(" \"") == std::string::npos) return text;
  if (!has_single) return '\'' + text + '\'';
  std::ranges::replace(text, '"', '\'');
  return '"' + text + '"';
}

/// "2026-11-22 04:27:00.123456", in quotes.
std::string time_text(std::int64_t utc_ns) {
  std::string stamp = utc_iso8601(utc_ns, 6);
  stamp.pop_back();  // Z
  stamp[10] = ' ';
  return " time='" + stamp + '\'';
}

}  // namespace

Problems problems_of(const ProgressLine& progress) {
  constexpr const char* kWord = "expected one word of letters, digits and _ - . + :";
  Problems problems;
  if (!is_word(progress.status)) {
    problems.push_back(fmt::format("status: found '{}', {}", progress.status, kWord));
  }
  if (progress.percent && !(*progress.percent >= 0 && *progress.percent <= 100)) {
    problems.push_back(
        fmt::format("progress: found {}, expected 0 to 100 (percent)", *progress.percent));
  }
  if (!is_word(progress.pid)) {
    problems.push_back(fmt::format("pid: found '{}', {}", progress.pid, kWord));
  }
  for (const auto& [key, value] : progress.values) {
    if (!is_word(key)) problems.push_back(fmt::format("key: found '{}', {}", key, kWord));
    const auto own = {"status", "progress", "pid", "time"};
    if (std::ranges::find(own, key) != own.end()) {
      problems.push_back(fmt::format("key: '{}' is one of the line's own", key));
    }
  }
  return problems;
}

std::string progress_line(const ProgressLine& progress) {
  throw_if_any(problems_of(progress));
  std::string line = "# cloudmesh status=" + progress.status;
  if (progress.percent) {
    line += fmt::format(" progress={}", static_cast<int>(std::floor(*progress.percent)));
  }
  line += " pid=" + progress.pid;
  if (progress.utc_ns) line += time_text(*progress.utc_ns);
  std::string between = " ";
  for (const auto& [key, value] : progress.values) {
    line += fmt::format("{}{}={}", between, key, quoted(value));
    between = on_one_line(progress.separator);
  }
  if (!progress.append.empty()) line += ' ' + on_one_line(progress.append);
  return line;
}

std::string with_banner(const std::string& line) {
  const std::string rule = "# " + std::string(78, '#');
  return fmt::format("{}\n{}\n{}", rule, line, rule);
}

std::string usual_status(const std::optional<double>& percent) {
  return percent == 100.0 ? "done" : "running";
}

std::string usual_pid(const std::map<std::string, std::string>& environment, int process) {
  for (const char* name : {"SLURM_JOB_ID", "LSB_JOBID"}) {
    const auto id = environment.find(name);
    if (id != environment.end() && is_word(id->second)) return id->second;
  }
  return std::to_string(process);
}

}  // namespace sciwright::record
