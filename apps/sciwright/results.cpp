#include "campaign/results.h"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "campaign/combination.h"
#include "campaign/results_view.h"
#include "experiment/configuration.h"
#include "sciwright/collect_commands.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

/// What `experiment results` takes.
struct ResultsOptions {
  std::vector<std::string> folders = {"project"};
  std::string metrics;
  std::vector<std::string> row;
  bool combine = false;
  bool select = false;
  bool highest = false;
  bool lowest = false;
  bool complete = false;
  bool csv = false;
  bool json = false;
  campaign::ResultsRequest request;
};

int select(const campaign::Collection& collection, const ResultsOptions& options) {
  const std::vector<std::string> names = campaign::select_experiments(collection, options.request);
  if (options.json) {
    print_json(campaign::Json({{"schema_version", 1}, {"experiments", names}}));
    return 0;
  }
  if (options.csv) fmt::print("experiment\n");
  for (const std::string& name : names) fmt::print("{}\n", name);
  return 0;
}

int exit_code_of(const campaign::Results& results, const ResultsOptions& options) {
  const bool failed = !results.invalid.empty() || !results.unreadable.empty() ||
                      (options.complete && !(results.missing.empty() && results.lacking.empty()));
  return failed ? static_cast<int>(ErrorKind::kFailure) : 0;
}

int combine(const campaign::Collection& collection, const ResultsOptions& options) {
  const campaign::CombinedForm form = options.json  ? campaign::CombinedForm::kJson
                                      : options.csv ? campaign::CombinedForm::kCsv
                                                    : campaign::CombinedForm::kText;
  const campaign::Results left = campaign::combine(
      collection, options.request, form, [](std::string_view text) { fmt::print("{}", text); });
  fmt::print(stderr, "{}", campaign::left_out_text(left));
  return exit_code_of(left, options);
}

int summarize(const campaign::Collection& collection, const ResultsOptions& options) {
  const campaign::Results results = campaign::summarize_results(collection, options.request);
  if (options.json) {
    print_json(campaign::results_json(results));
  } else if (options.csv) {
    fmt::print("{}", campaign::results_csv(results));
    fmt::print(stderr, "{}", campaign::left_out_text(results));
  } else {
    fmt::print("{}", campaign::results_text(results));
  }
  return exit_code_of(results, options);
}

void check(const ResultsOptions& options) {
  Problems problems;
  if (options.highest && options.lowest) {
    problems.push_back("--highest, --lowest: only one of them can be better");
  }
  if (options.csv && options.json) problems.push_back("--csv, --json: only one form at a time");
  if (options.combine && options.select) {
    problems.push_back("--combine, --select: only one of them at a time");
  }
  if (options.request.best > 0 && (options.combine || options.select)) {
    problems.push_back("--best ranks; it does not go with --combine or --select");
  }
  throw_if_any(problems);
}

int show_results(ResultsOptions options, const Programs& programs) {
  check(options);
  campaign::ResultsRequest& request = options.request;
  request.known = known_metrics(programs);
  request.row = campaign::parse_row_choice(options.row);
  request.metrics = experiment::split_outside_brackets(options.metrics, ',');
  if (options.highest) request.direction = campaign::Direction::kHigher;
  if (options.lowest) request.direction = campaign::Direction::kLower;
  const campaign::Collection collection =
      campaign::collect({options.folders.begin(), options.folders.end()});
  if (options.select) return select(collection, options);
  return options.combine ? combine(collection, options) : summarize(collection, options);
}

}  // namespace

std::vector<campaign::KnownMetrics> known_metrics(const Programs& programs) {
  std::vector<campaign::KnownMetrics> out;
  for (const bench::BenchmarkSpec& spec : programs.benchmarks) {
    campaign::KnownMetrics known{spec.name, {}};
    for (const bench::Metric& metric : spec.metrics) {
      known.metrics.emplace_back(metric.path, metric.higher_is_better
                                                  ? campaign::Direction::kHigher
                                                  : campaign::Direction::kLower);
    }
    out.push_back(std::move(known));
  }
  return out;
}

void add_results_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "results", "What came out of a study: tables over repeats, rankings, all scores.");
  auto options = std::make_shared<ResultsOptions>();
  verb->add_option("folder", options->folders, "Folders of the study, or of copies of it")
      ->type_name("DIR");
  verb->add_option("--where", options->request.where,
                   "Condition on parameters and results: \"gpu == 'a100' and accuracy > 0.9\"")
      ->type_name("COND");
  verb->add_option("--by", options->metrics,
                   "Numbers to show: accuracy, average.val, times_s.Training, energy.joules")
      ->type_name("METRIC[,METRIC]");
  verb->add_option("--row", options->row, "Which row of the scores; the first by default")
      ->type_name("FIELD=VALUE");
  verb->add_option("--best", options->request.best, "Rank by --by and show the first N places")
      ->type_name("N");
  verb->add_flag("--each", options->request.each, "Every experiment by itself, not over repeats");
  verb->add_flag("--combine", options->combine, "The rows of scores of all as one table");
  verb->add_flag("--select", options->select, "The names of those that meet --where");
  verb->add_flag("--highest", options->highest, "More is better");
  verb->add_flag("--lowest", options->lowest, "Less is better");
  verb->add_flag("--complete", options->complete, "Exit code 1 also when results are missing");
  verb->add_flag("--csv", options->csv, "Print CSV");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([&programs, options] {
    programs.action = [&programs, options] { return show_results(*options, programs); };
  });
}

}  // namespace sciwright
