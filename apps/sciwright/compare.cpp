#include <cstdio>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "io/csv.h"
#include "report/comparison.h"
#include "report/load.h"
#include "sciwright/report_options.h"

namespace sciwright {
namespace {

/// What `compare` takes.
struct CompareOptions {
  std::string a;
  std::string b;
  std::vector<std::string> where_a;
  std::vector<std::string> where_b;
  RunOptions runs;
  FormOptions forms;
  std::string tolerance;
  std::string junit;
};

/// "2%" or "0.02" as a share.
std::optional<double> tolerance_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const bool is_percent = text.ends_with('%');
  const auto number = io::parse_double(is_percent ? text.substr(0, text.size() - 1) : text);
  if (!number || !(*number >= 0) || *number > 1e6) {
    throw usage_error(
        fmt::format("--fail-if-worse: found '{}', expected a share such as 2% or 0.02", text));
  }
  return is_percent ? *number / 100 : *number;
}

/// Problems of a side go to stderr; runs that cannot be read are not compared.
report::RunSet load_side(const std::string& path) {
  report::RunSet set = report::load({path}, {.most_histories = 0});
  for (const std::string& problem : set.problems) fmt::print(stderr, "{}\n", problem);
  return set;
}

int compare(const CompareOptions& options, const Programs& programs) {
  const report::TableForm form = form_of(options.forms);
  report::ComparisonRequest request;
  request.groups = group_request_of(options.runs);
  request.directions = directions_of(options.runs, programs);
  request.where_a = key_values(options.where_a, "--a");
  request.where_b = key_values(options.where_b, "--b");
  request.tolerance_fraction = tolerance_of(options.tolerance);
  const report::RunSet a = load_side(options.a);
  const report::RunSet b = load_side(options.b);
  const report::Comparison comparison = report::compare(a, b, request);
  if (!options.junit.empty()) {
    write_file_atomic(options.junit, report::comparison_junit(comparison));
  }
  fmt::print("{}", report::document_text(
                       report::comparison_document(comparison, options.a, options.b), form));
  return comparison.fails() ? static_cast<int>(ErrorKind::kFailure) : 0;
}

constexpr const char* kExamples = R"(Examples:
  sciwright compare before after --fail-if-worse 2% --junit compare.xml
  sciwright compare study study --a gpu=a100 --b gpu=v100 --by times_s.Training
)";

}  // namespace

void add_compare_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand(
      "compare", "Two runs, studies or systems: is B better or worse than A, or is it chance?");
  auto options = std::make_shared<CompareOptions>();
  verb->add_option("A", options->a, "Run folder, study, or file that tells of runs")
      ->type_name("A")
      ->required();
  verb->add_option("B", options->b, "The same of what it is compared with")
      ->type_name("B")
      ->required();
  verb->add_option("--a", options->where_a, "Only runs of A that are called so")
      ->type_name("KEY=VALUE");
  verb->add_option("--b", options->where_b, "Only runs of B that are called so")
      ->type_name("KEY=VALUE");
  add_run_options(*verb, options->runs);
  verb->add_option("--fail-if-worse", options->tolerance,
                   "Exit code 1 where B is worse than A by more than this, and not by chance")
      ->type_name("SHARE%");
  verb->add_option("--junit", options->junit, "Write the outcome as JUnit's XML")
      ->type_name("FILE");
  add_form_options(*verb, options->forms);
  verb->footer(kExamples);
  verb->callback([&programs, options] {
    programs.action = [&programs, options] { return compare(*options, programs); };
  });
}

}  // namespace sciwright
