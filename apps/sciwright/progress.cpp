#include <charconv>
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "record/host.h"
#include "record/progress_line.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

struct ProgressOptions {
  std::vector<std::string> words;
  std::string status;
  std::string pid;
  std::string separator = " ";
  std::string file;
  bool now = false;
  bool banner = false;
};

/// The percentage, where the first word is one.
std::optional<double> percent_of(std::string_view word) {
  if (word.ends_with('%')) word.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return {};
  return value;
}

/// "50 user=gregor" → 50 and {user: gregor}. Returns what is wrong with them.
Problems read_words(const std::vector<std::string>& words, record::ProgressLine& progress) {
  Problems problems;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    if (equals != std::string::npos) {
      progress.values.emplace_back(words[i].substr(0, equals), words[i].substr(equals + 1));
      continue;
    }
    if (i == 0) progress.percent = percent_of(words[i]);
    if (i > 0 || !progress.percent) {
      problems.push_back(fmt::format("progress: found '{}', expected {}", words[i],
                                     i == 0 ? "0 to 100 (percent)" : "KEY=VALUE"));
    }
  }
  return problems;
}

int print_progress(const ProgressOptions& options) {
  record::ProgressLine progress;
  Problems problems = read_words(options.words, progress);
  if (options.words.empty() && options.status.empty()) {
    problems.push_back("progress: found neither a percentage nor a --status");
  }
  progress.status =
      options.status.empty() ? record::usual_status(progress.percent) : options.status;
  progress.pid = options.pid.empty() ? record::usual_pid(record::process_environment(), ::getppid())
                                     : options.pid;
  progress.separator = options.separator;
  if (options.now) progress.utc_ns = system_clock().utc_ns();
  for (const std::string& problem : record::problems_of(progress)) problems.push_back(problem);
  throw_if_any(problems);
  const std::string line = record::progress_line(progress);
  if (!options.file.empty()) AppendFile(options.file).append_line(line);
  fmt::print("{}\n", options.banner ? record::with_banner(line) : line);
  return 0;
}

}  // namespace

void add_progress_command(CLI::App& app, Programs& programs) {
  CLI::App* command =
      app.add_subcommand("progress", "Print the line by which a job says how far it is.");
  auto options = std::make_shared<ProgressOptions>();
  command->add_option("words", options->words, "0 to 100, and what else to say")
      ->type_name("PERCENT KEY=VALUE");
  command->add_option("--status", options->status,
                      "One word, such as failed; else done at 100 and running below");
  command->add_option("--pid", options->pid,
                      "Whose progress it is; else the job of Slurm or LSF, or the calling process");
  command->add_flag("--now", options->now, "Add the time (UTC)");
  command->add_option("--sep", options->separator, "Between the values, instead of a blank");
  command->add_flag("--banner", options->banner, "Between two lines of #");
  command->add_option("--file", options->file, "Append the line to this file, too")->type_name("F");
  command->footer(
      "Examples:\n"
      "  sciwright progress 30 msg='epoch 3'\n"
      "  sciwright progress --status failed rc=$?\n");
  command->callback(
      [&programs, options] { programs.action = [options] { return print_progress(*options); }; });
}

}  // namespace sciwright
