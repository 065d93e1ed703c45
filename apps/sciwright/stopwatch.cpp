#include <algorithm>
#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "record/stopwatch_file.h"
#include "record/timer_forms.h"
#include "sciwright/command.h"
#include "sciwright/option_checks.h"

namespace sciwright {
namespace {

constexpr const char* kDefaultFile = "stopwatch.jsonl";

/// What start, stop and event take.
struct MarkOptions {
  std::string name;
  std::string file;
  std::string by;
  std::string status = "ok";
  std::optional<int> exit_code;
  std::optional<std::string> message;
  std::string values;
};

/// What report takes.
struct ReportOptions {
  std::string file;
  std::string form = "table";
  std::string out;
  std::string tag;
  std::string attributes;
  std::vector<std::string> keys;
  bool total = false;
  bool no_system = false;
};

std::vector<record::Interval> read_intervals(const std::string& file, Problems& problems) {
  std::vector<record::Interval> intervals = record::parse_stopwatch_file(read_file(file), problems);
  for (std::string& problem : problems) problem = file + ": " + problem;
  return intervals;
}

/// Throws a failure when the file has nothing that this line can stop.
void check_stop(const std::string& file, const std::string& line) {
  std::string text = read_file(file);
  Problems before;
  record::parse_stopwatch_file(text, before);
  if (!text.ends_with('\n')) text += '\n';
  Problems after;
  record::parse_stopwatch_file(text + line, after);
  if (after.size() == before.size()) return;
  throw Error(ErrorKind::kFailure, fmt::format("{}: {}", file, after.back()));
}

/// The time is taken first, so that reading and writing the file are not measured.
int add_mark(record::TimerMark mark, const MarkOptions& options) {
  const std::string by = options.by.empty() ? std::to_string(::getppid()) : options.by;
  record::TimerLine line = record::timer_line(mark, options.name, by, system_clock());
  line.status = options.exit_code.value_or(0) == 0 ? options.status : "failed";
  line.message = options.message;
  if (!options.values.empty()) {
    line.values = record::Json::parse(options.values, nullptr, false);
    if (line.values.is_discarded()) {
      throw usage_error(fmt::format("--values: '{}' is no JSON", options.values));
    }
  }
  const std::string text = record::timer_line_text(line);
  if (mark == record::TimerMark::kStop) check_stop(options.file, text);
  AppendFile(options.file).append_line(text);
  return 0;
}

record::MllogKeys keys_of(const std::vector<std::string>& texts) {
  record::MllogKeys keys;
  Problems problems;
  for (const std::string& text : texts) {
    const std::size_t at = text.rfind('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
      problems.push_back(fmt::format("--key: found '{}', expected TIMER=KEY", text));
    } else {
      keys[text.substr(0, at)] = text.substr(at + 1);
    }
  }
  throw_if_any(problems);
  return keys;
}

/// A log without the timers that were asked for would be empty, or lack them.
void check_keys(const ReportOptions& options, const record::MllogKeys& keys,
                const std::vector<record::Interval>& intervals) {
  const bool is_mllog = options.form == "mllog";
  if (is_mllog && keys.empty()) {
    throw usage_error("--form mllog needs the timers to log and their keys: --key TIMER=KEY");
  }
  if (!is_mllog && !keys.empty()) throw usage_error("--key is for --form mllog only");
  std::vector<std::string> names;
  for (const record::TimerSummary& timer : record::summarize(intervals)) {
    names.push_back(timer.name);
  }
  Problems problems;
  for (const auto& [timer, key] : keys) {
    if (std::find(names.begin(), names.end(), timer) != names.end()) continue;
    const std::string meant = did_you_mean(timer, names);
    problems.push_back(
        fmt::format("--key {}={}: {} has no timer '{}'{}", timer, key, options.file, timer,
                    meant.empty() ? fmt::format("; it has {}", fmt::join(names, ", ")) : meant));
  }
  throw_if_any(problems);
}

std::vector<std::string> columns_of(const std::string& attributes) {
  return attributes == "short" ? std::vector<std::string>{"timer", "status", "time"}
                               : CLI::detail::split(attributes, ',');
}

/// A file that is none of ours has a problem in every line.
void warn(const Problems& problems) {
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < std::min(problems.size(), kMost); ++i) {
    fmt::print(stderr, "warning: {}\n", problems[i]);
  }
  if (problems.size() > kMost) {
    fmt::print(stderr, "warning: and {} more\n", problems.size() - kMost);
  }
}

int report(const ReportOptions& options) {
  const record::MllogKeys keys = keys_of(options.keys);
  Problems problems;
  const std::vector<record::Interval> intervals = read_intervals(options.file, problems);
  check_keys(options, keys, intervals);
  record::TimerReport report = record::report_of_this_machine(system_clock());
  report.tag = options.tag;
  report.total = options.total;
  if (!options.attributes.empty()) report.columns = columns_of(options.attributes);
  if (options.no_system) report.system_facts.clear();
  warn(problems);
  const std::string text = record::timers_in_form(options.form, intervals, report, keys);
  if (options.out.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomic(options.out, text);
  }
  return 0;
}

void add_file_option(CLI::App& verb, std::string& file) {
  verb.add_option("--file", file, "The stopwatch file; $SCIWRIGHT_STOPWATCH, or stopwatch.jsonl")
      ->type_name("F")
      ->check(not_empty());
  const char* chosen = std::getenv("SCIWRIGHT_STOPWATCH");
  file = chosen != nullptr && *chosen != '\0' ? chosen : kDefaultFile;
}

void add_mark_command(CLI::App& stopwatch, const char* verb, const char* help,
                      record::TimerMark mark, Programs& programs) {
  CLI::App* command = stopwatch.add_subcommand(verb, help);
  auto options = std::make_shared<MarkOptions>();
  command->add_option("name", options->name, "Name of the timer")->required()->type_name("NAME");
  add_file_option(*command, options->file);
  command
      ->add_option("--by", options->by,
                   "Who measures, where one name runs in parallel; else the calling process")
      ->type_name("ID");
  command->add_option("--message", options->message, "A note for the table")->type_name("TEXT");
  command->add_option("--values", options->values, "Values as JSON")->type_name("JSON");
  if (mark != record::TimerMark::kStart) {
    command->add_option("--status", options->status, "How it went")->type_name("WORD");
  }
  if (mark == record::TimerMark::kStop) {
    command->add_option("--exit-code", options->exit_code, "Failed unless 0, for \"$?\"")
        ->type_name("N");
  }
  command->callback([&programs, mark, options] {
    programs.action = [mark, options] { return add_mark(mark, *options); };
  });
}

void add_timer_report_command(CLI::App& stopwatch, Programs& programs) {
  CLI::App* command = stopwatch.add_subcommand("report", "Print what was measured.");
  auto options = std::make_shared<ReportOptions>();
  add_file_option(*command, options->file);
  command->add_option("--form", options->form, "Form of the report")
      ->check(CLI::IsMember(record::timer_forms()))
      ->capture_default_str();
  command->add_option("--out", options->out, "Write it to this file")->type_name("FILE");
  command->add_option("--tag", options->tag, "Label of all rows")->type_name("TEXT");
  command->add_option("--attributes", options->attributes, "Columns with commas, or short")
      ->type_name("LIST");
  command->add_option("--key", options->keys, "Of the form mllog: a timer and its key, Total=run")
      ->type_name("TIMER=KEY");
  command->add_flag("--total", options->total, "Add the sum of all timers");
  command->add_flag("--no-system", options->no_system, "Leave out the system table");
  command->callback(
      [&programs, options] { programs.action = [options] { return report(*options); }; });
}

}  // namespace

void add_stopwatch_command(CLI::App& app, Programs& programs) {
  CLI::App* stopwatch = app.add_subcommand("stopwatch", "Time the steps of shell scripts.");
  stopwatch->require_subcommand(1);
  stopwatch->footer(
      "Scripts that run in parallel may share a file.\n\n"
      "Example:\n"
      "  sciwright stopwatch start fetch\n"
      "  curl -O https://example.org/data; sciwright stopwatch stop fetch --exit-code $?\n"
      "  sciwright stopwatch report\n");
  add_mark_command(*stopwatch, "start", "Start a timer.", record::TimerMark::kStart, programs);
  add_mark_command(*stopwatch, "stop", "Stop the newest timer of a name.", record::TimerMark::kStop,
                   programs);
  add_mark_command(*stopwatch, "event", "Note a moment.", record::TimerMark::kEvent, programs);
  add_timer_report_command(*stopwatch, programs);
}

}  // namespace sciwright
