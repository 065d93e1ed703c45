#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "base/error.h"
#include "io/csv.h"
#include "report/budget.h"
#include "report/load.h"
#include "report/report_tables.h"
#include "sciwright/option_checks.h"
#include "sciwright/report_options.h"

namespace sciwright {
namespace {

/// What `predict` takes.
struct PredictOptions {
  std::vector<std::string> paths;
  std::vector<double> epochs;
  double confidence_percent = 95;
  double timeout_percent = 5;
  std::string bandwidth;
  std::string study;
  double num_parallel = 1;
  FormOptions forms;
};

/// "400MB/s", "1.5 GB/s" in bytes per second.
std::optional<double> bandwidth_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  constexpr std::array<std::pair<std::string_view, double>, 3> kUnits = {
      {{"MB/s", 1e6}, {"GB/s", 1e9}, {"kB/s", 1e3}}};
  for (const auto& [unit, factor] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto number = io::parse_double(text.substr(0, text.size() - unit.size()));
    if (number && *number > 0) return *number * factor;
  }
  throw usage_error(
      fmt::format("--if-bandwidth: found '{}', expected something like 400MB/s or 2GB/s", text));
}

int predict(const PredictOptions& options) {
  const report::TableForm form = form_of(options.forms);
  report::PredictionRequest request{options.epochs, options.confidence_percent / 100,
                                    options.timeout_percent / 100, bandwidth_of(options.bandwidth)};
  const report::RunSet set = report::load({options.paths.begin(), options.paths.end()});
  const std::vector<report::Prediction> predictions = report::predict(set);
  if (predictions.empty()) {
    for (const std::string& problem : set.problems) fmt::print(stderr, "{}\n", problem);
    throw usage_error(
        "nothing can be predicted: expected valid runs with their times and numbers of epochs, of "
        "two lengths or with history.csv");
  }
  report::Document document = report::prediction_document(predictions, request);
  if (!options.study.empty()) {
    document.tables.push_back(
        report::budget_table(options.study, predictions, options.num_parallel));
  }
  document.notes = report::overview_notes(set);
  fmt::print("{}", report::document_text(document, form));
  return set.problems.empty() ? 0 : static_cast<int>(ErrorKind::kFailure);
}

constexpr const char* kExamples = R"(Examples:
  sciwright predict small --epochs 50,100            from runs of 2 and 10 epochs
  sciwright predict small --study big --parallel 8   hours, kWh and days of a study to come
  sciwright predict small --if-bandwidth 400MB/s     what faster storage would buy
)";

}  // namespace

void add_predict_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand(
      "predict", "Time, energy and memory of longer runs, from small ones; walltimes and budgets.");
  auto options = std::make_shared<PredictOptions>();
  verb->add_option("path", options->paths, "Folders with runs or studies")
      ->type_name("PATH")
      ->required();
  verb->add_option("--epochs", options->epochs, "Lengths to predict; default: 10 times the longest")
      ->type_name("N[,N]")
      ->delimiter(',')
      ->check(positive());
  verb->add_option("--confidence", options->confidence_percent, "Of the intervals, in percent")
      ->type_name("PERCENT")
      ->check(between(1, 99.999));
  verb->add_option("--timeouts", options->timeout_percent,
                   "Chance, in percent, that a run is longer than the walltime shown")
      ->type_name("PERCENT")
      ->check(between(0.001, 99));
  verb->add_option("--if-bandwidth", options->bandwidth,
                   "Times with storage that gives so much, from measured stalls")
      ->type_name("RATE");
  verb->add_option("--study", options->study, "A study whose hours, kWh and days are summed up")
      ->type_name("DIR");
  verb->add_option("--parallel", options->num_parallel, "Runs of the study at the same time")
      ->type_name("N")
      ->check(positive());
  add_form_options(*verb, options->forms);
  verb->footer(kExamples);
  verb->callback(
      [&programs, options] { programs.action = [options] { return predict(*options); }; });
}

}  // namespace sciwright
