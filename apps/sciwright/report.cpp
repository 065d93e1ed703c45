#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "experiment/configuration.h"
#include "plot/render.h"
#include "report/exports.h"
#include "report/figures.h"
#include "report/groups.h"
#include "report/load.h"
#include "report/make_report.h"
#include "report/paper_tables.h"
#include "report/report_tables.h"
#include "report_page/page.h"
#include "sciwright/page_pictures.h"
#include "sciwright/report_options.h"

namespace sciwright {
namespace {

/// What `report` takes.
struct ReportOptions {
  std::vector<std::string> paths;
  RunOptions runs;
  FormOptions forms;
  std::size_t best = 50;
  std::size_t patience = 10;
  bool each = false;
  bool index = false;
  std::string tables;
  std::string figures;
  std::string pictures = "pictures";
  std::vector<std::string> exports;
  std::string page;
  std::size_t details = 200;
};

constexpr std::array<const char*, 3> kExports = {"tensorboard", "mlflow", "ro-crate"};

/// The papers' tables by their names.
std::vector<report::Table> named_tables(const report::RunSet& set, const std::string& names) {
  std::vector<report::Table> out;
  for (const std::string& name : experiment::split_outside_brackets(names, ',')) {
    if (name == "systems" || name == "table4") {
      out.push_back(report::systems_table(set));
    } else if (name == "phases" || name == "table5") {
      out.push_back(report::phases_table(set));
    } else if (name == "top20" || name == "table6") {
      for (const char* score : {"average", "summed"}) {
        out.push_back(report::top_table(set, score, 20));
      }
    } else {
      throw usage_error(fmt::format(
          "--table {}: expected systems (table4), phases (table5) or top20 (table6)", name));
    }
  }
  return out;
}

/// Writes the pictures that were asked for and names them on stderr.
void write_pictures(const report::RunSet& set, const std::vector<report::Leaderboard>& boards,
                    const ReportOptions& options) {
  const auto names = experiment::split_outside_brackets(options.figures, ',');
  if (names.empty()) return;
  const report::Leaderboard* board = boards.empty() ? nullptr : &boards.front();
  const auto figures = report::make_figures(set, board, names);
  make_directories(options.pictures);
  for (const report::NamedFigure& one : figures) {
    const std::filesystem::path stem = std::filesystem::path(options.pictures) / one.name;
    plot::write_figure(one.figure, stem);
    fmt::print(stderr, "{0}.svg, {0}.png: {1}\n", stem.string(), one.figure.title);
  }
  if (figures.empty())
    fmt::print(stderr, "--figure {}: the runs tell nothing of it\n", options.figures);
}

void write_exports(const report::RunSet& set,
                   const std::vector<std::pair<std::string, std::string>>& exports) {
  for (const auto& [kind, folder] : exports) {
    if (kind == "tensorboard") report::export_tensorboard(set, folder);
    if (kind == "mlflow") report::export_mlflow(set, folder);
    if (kind == "ro-crate") report::export_ro_crate(set, folder);
  }
}

/// KIND and folder each. Throws a usage error for kinds that there are not.
std::vector<std::pair<std::string, std::string>> exports_of(const ReportOptions& options) {
  auto exports = key_values(options.exports, "--export");
  for (const auto& [kind, folder] : exports) {
    if (std::ranges::find(kExports, kind) != kExports.end()) continue;
    throw usage_error(
        fmt::format("--export {}={}: expected tensorboard, mlflow or ro-crate", kind, folder));
  }
  return exports;
}

/// Throws a usage error for a name that is none of a page: a mistake must not cost a result.
void check_page_name(const std::string& page) {
  const std::string extension = std::filesystem::path(page).extension();
  if (page.empty() || extension == ".html" || extension == ".htm") return;
  throw usage_error(fmt::format("--out {}: expected a name that ends in .html", page));
}

void write_page(const report::RunSet& set, const report_page::PageRequest& request,
                const std::string& page) {
  if (page.empty()) return;
  const std::string html =
      report_page::page_html(report_page::page_data(set, request, system_clock()));
  write_file_atomic(page, html);
  fmt::print(stderr, "{}: {:.1f} MB; open it in a browser\n", page,
             static_cast<double>(html.size()) / 1e6);
}

report::ReportRequest request_of(const ReportOptions& options, const Programs& programs) {
  report::ReportRequest request{group_request_of(options.runs),
                                directions_of(options.runs, programs), options.best,
                                options.patience};
  request.groups.each = options.each;
  return request;
}

/// All that was asked for of the runs but what is printed.
void write_files(const report::RunSet& set, const report_page::PageRequest& request,
                 const ReportOptions& options) {
  write_pictures(set, request.boards, options);
  write_exports(set, exports_of(options));
  write_page(set, request, options.page);
}

/// The papers' tables, or the report.
report::Document printed_document(const report::RunSet& set, const report::Document& whole,
                                  const ReportOptions& options) {
  if (options.tables.empty()) return whole;
  return {"report", named_tables(set, options.tables), report::overview_notes(set)};
}

report::LoadOptions load_options(const ReportOptions& options) {
  report::LoadOptions load;
  if (options.index) {
    load.index = {.say = [](const std::string& text) { fmt::print(stderr, "{}\n", text); },
                  .now_ns = system_clock().utc_ns()};
  }
  return load;
}

int show_report(const ReportOptions& options, const Programs& programs) {
  check_page_name(options.page);
  const report::TableForm form = form_of(options.forms);
  const report::ReportRequest request = request_of(options, programs);
  exports_of(options);  // a wrong one is said before the runs are read
  report::RunSet set =
      report::load({options.paths.begin(), options.paths.end()}, load_options(options));
  report::keep_only(set, request.groups.where);
  const bool has_boards =
      options.tables.empty() || !options.figures.empty() || !options.page.empty();
  const auto boards =
      has_boards ? report::make_leaderboards(set, request) : std::vector<report::Leaderboard>();
  const report::Document whole =
      has_boards ? report::make_report(set, request, boards) : report::Document{"report"};
  const report::Document document = printed_document(set, whole, options);
  write_files(set,
              {.report = request,
               .boards = boards,
               .document = whole,
               .paths = options.paths,
               .most_details = options.details,
               .readers = picture_readers()},
              options);
  fmt::print("{}", report::document_text(document, form));
  if (form == report::TableForm::kCsv) {
    for (const std::string& note : document.notes) fmt::print(stderr, "{}\n", note);
  }
  return set.problems.empty() ? 0 : static_cast<int>(ErrorKind::kFailure);
}

constexpr const char* kExamples = R"(Examples:
  sciwright report study                           scores, times and energies of a study
  sciwright report runs --by accuracy,times_s.Training --group learning_rate
  sciwright report study --out page.html           the same and more as a page for a browser
  sciwright report runs --table phases,top20 --figure runtime,losses,sorted
  sciwright report ../shared/data/cloud --by accuracy --group user,early_stopping
)";

}  // namespace

void add_report_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand(
      "report", "Leaderboards with intervals, ties and baselines, of runs, studies and logs.");
  auto options = std::make_shared<ReportOptions>();
  verb->add_option("path", options->paths,
                   "Folders with runs or studies; logs, power traces, published tables")
      ->type_name("PATH")
      ->required();
  add_run_options(*verb, options->runs);
  verb->add_option("--best", options->best, "Show so many rows of a leaderboard; 0: all")
      ->type_name("N");
  verb->add_flag("--each", options->each, "Every run by itself, not over repeats");
  verb->add_flag("--index", options->index,
                 "Keep what was read in the cache folder, so that the next report is there sooner");
  verb->add_option("--patience", options->patience,
                   "Epochs that early stopping waits, for what it would have saved")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  verb->add_option("--table", options->tables,
                   "The papers' tables instead: systems, phases, top20 (table4, table5, table6)")
      ->type_name("NAME[,NAME]");
  verb->add_option(
          "--figure", options->figures,
          "Pictures as SVG and PNG: runtime, totals, losses, accuracies, times, per_epoch, "
          "top, sorted, pareto, energy, all (figure6 to figure11)")
      ->type_name("NAME[,NAME]");
  verb->add_option("--pictures", options->pictures, "Folder for the pictures")->type_name("DIR");
  verb->add_option("--export", options->exports,
                   "Also write the runs for others: tensorboard, mlflow, ro-crate")
      ->type_name("KIND=DIR");
  verb->add_option("--out", options->page,
                   "Also write a page that a browser opens from disk: tables, curves, maps")
      ->type_name("FILE.html");
  verb->add_option("--details", options->details,
                   "Curves, phases, power and pictures of so many runs are in the page")
      ->type_name("N");
  add_form_options(*verb, options->forms);
  verb->footer(kExamples);
  verb->callback([&programs, options] {
    programs.action = [&programs, options] { return show_report(*options, programs); };
  });
}

}  // namespace sciwright
