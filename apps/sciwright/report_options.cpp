#include "sciwright/report_options.h"

#include <fmt/format.h>

#include "base/error.h"
#include "experiment/configuration.h"
#include "sciwright/collect_commands.h"

namespace sciwright {

void add_form_options(CLI::App& verb, FormOptions& options) {
  verb.add_flag("--json", options.json, "Print JSON");
  verb.add_flag("--csv", options.csv, "Print CSV, all rows and digits");
  verb.add_flag("--markdown", options.markdown, "Print Markdown");
  verb.add_flag("--latex", options.latex, "Print LaTeX tables (booktabs)");
}

void add_run_options(CLI::App& verb, RunOptions& options) {
  verb.add_option("--by", options.metrics,
                  "Numbers to look at: accuracy, average.val, times_s.Training, energy.joules")
      ->type_name("METRIC[,METRIC]");
  verb.add_option("--group", options.keys,
                  "What tells groups apart: parameters, team, system, device, parameter of a row; "
                  "default: all parameters of the study")
      ->type_name("KEY[,KEY]");
  verb.add_option("--row", options.row, "Which row of the scores; the first by default")
      ->type_name("FIELD=VALUE");
  verb.add_option("--where", options.where, "Only runs that are called so: source=FILE, gpu=a100")
      ->type_name("KEY=VALUE");
  verb.add_flag("--highest", options.highest, "More is better");
  verb.add_flag("--lowest", options.lowest, "Less is better");
}

report::TableForm form_of(const FormOptions& options) {
  const int num = options.json + options.csv + options.markdown + options.latex;
  if (num > 1) throw usage_error("--json, --csv, --markdown, --latex: only one form at a time");
  if (options.json) return report::TableForm::kJson;
  if (options.csv) return report::TableForm::kCsv;
  if (options.markdown) return report::TableForm::kMarkdown;
  return options.latex ? report::TableForm::kLatex : report::TableForm::kText;
}

std::vector<std::pair<std::string, std::string>> key_values(const std::vector<std::string>& texts,
                                                            const std::string& option) {
  std::vector<std::pair<std::string, std::string>> out;
  Problems problems;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems.push_back(fmt::format("{} {}: expected KEY=VALUE", option, text));
    } else {
      out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  throw_if_any(problems);
  return out;
}

report::GroupRequest group_request_of(const RunOptions& options) {
  if (options.highest && options.lowest) {
    throw usage_error("--highest, --lowest: only one of them can be better");
  }
  report::GroupRequest request;
  request.metrics = experiment::split_outside_brackets(options.metrics, ',');
  request.keys = experiment::split_outside_brackets(options.keys, ',');
  request.row = campaign::parse_row_choice(options.row);
  request.where = key_values(options.where, "--where");
  return request;
}

report::Directions directions_of(const RunOptions& options, const Programs& programs) {
  report::Directions directions{known_metrics(programs)};
  if (options.highest) directions.first = campaign::Direction::kHigher;
  if (options.lowest) directions.first = campaign::Direction::kLower;
  return directions;
}

}  // namespace sciwright
