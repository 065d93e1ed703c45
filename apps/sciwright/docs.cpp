#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"
#include "bench/mllog_keys.h"
#include "bench/submission.h"
#include "sciwright/command.h"

namespace sciwright {
namespace {

/// The sections that a run reads beside its benchmark's.
struct LogSections {
  bench::SubmissionSettings submission;
};

template <class Visitor>
void visit_fields(LogSections& s, Visitor& v) {
  v.section("submission", s.submission, "Who submits.");
}

/// What stands about the MLCommons log in files given by --config.
std::string log_reference() {
  std::string keys;
  for (const auto& [timer, key] : bench::usual_mllog_keys()) {
    keys += fmt::format("{}{}: {}", keys.empty() ? "" : ", ", timer, key);
  }
  return fmt::format(
      "\n## submission\n\nWho submits, for the MLCommons log of a run. A section of its own beside "
      "that of the benchmark.\n\n{}\n## mllog\n\nThe timers that are logged, and as what: "
      "`mllog: {{keys: {{TIMER: KEY}}}}` logs KEY_start and KEY_stop; an empty key logs a timer no "
      "more. Without it `{{{}}}`. The timers of every run are Total and Staging; the others stand "
      "with the benchmarks.\n",
      config::reference_markdown(config::describe<LogSections>()), keys);
}

/// What a study's parameters may be called, besides the settings' own paths.
std::string names_in_experiment(const bench::BenchmarkSpec& spec) {
  std::string names;
  for (const bench::Alias& alias : spec.aliases) {
    if (alias.from.find('.') != std::string::npos || alias.from == alias.to) continue;
    names += fmt::format("{}`{}` (`{}`)", names.empty() ? "" : ", ", alias.from, alias.to);
  }
  return names.empty() ? "" : fmt::format("\nOther names in `experiment`: {}.\n", names);
}

/// docs/config-reference.md: every setting of every benchmark, from the list of fields the loader
/// itself uses.
std::string config_reference(const Programs& programs) {
  std::string page =
      "# Settings\n\n"
      "Written by `./dev docs`. A setting stands in the section of its benchmark in a file given "
      "by "
      "`--config`, or on the command line as `--set key=value`; unknown keys are an error.\n" +
      log_reference();
  for (const auto& spec : programs.benchmarks) {
    page += fmt::format("\n## {}\n\n{}\n\n{}", spec.name, spec.summary,
                        config::reference_markdown(spec.fields));
    page +=
        fmt::format("\nTimers: {}.\n", fmt::join(spec.timers, ", ")) + names_in_experiment(spec);
    if (spec.flags.empty()) continue;
    page += "\nFlags with a setting of their own:\n\n";
    for (const auto& flag : spec.flags) {
      page += fmt::format("- `{}{}{}`: {} (`{}`)\n", flag.name, flag.placeholder.empty() ? "" : " ",
                          flag.placeholder, flag.help, flag.path);
    }
  }
  return page;
}

}  // namespace

void add_docs_command(CLI::App& app, Programs& programs) {
  CLI::App* docs = app.add_subcommand("docs", "Write the generated pages of docs/.");
  docs->group("");  // for maintainers; not listed
  auto folder = std::make_shared<std::string>("docs");
  docs->add_option("folder", *folder, "Where to write");
  docs->callback([&programs, folder] {
    programs.action = [&programs, folder] {
      make_directories(*folder);
      write_file_atomic(std::filesystem::path(*folder) / "config-reference.md",
                        config_reference(programs));
      return 0;
    };
  });
}

}  // namespace sciwright
