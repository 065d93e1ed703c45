#include <fmt/format.h>

#include "base/files.h"
#include "energy/mlperf_power.h"
#include "energy/pictures.h"
#include "energy/report.h"
#include "energy/trace_reader.h"
#include "plot/render.h"
#include "record/timers_csv.h"
#include "sciwright/option_checks.h"
#include "sciwright/smi_commands.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

/// What `show` was asked for.
struct ShowOptions {
  std::string file;
  std::string timers;
  double utc_offset_h = 0;
  std::string prices;
  std::string region;
  std::optional<double> g_co2e_per_kwh;
  double pue = 1;
  std::optional<double> num_samples;
  std::optional<double> flops;
  std::string output;
  std::string plot = "timeseries";
  std::string frequency = "percent";
  std::string mlperf;
  std::string host = "node_0";
  double conversion_eff = 1;
  bool json = false;
};

std::optional<energy::CarbonFactor> factor_of(const ShowOptions& options) {
  if (options.g_co2e_per_kwh) {
    return energy::CarbonFactor{"", "", *options.g_co2e_per_kwh, 0, "given on the command line"};
  }
  if (options.region.empty()) return {};
  return energy::carbon_factor(options.region);
}

/// The timers in a file; rows that cannot be read are added to `problems`, unless there are none
/// but such.
std::vector<record::Interval> intervals_of(const std::string& file, Problems& problems) {
  if (file.empty()) return {};
  if (!fs::exists(file)) {
    throw usage_error(fmt::format("--timers {}: there is no such file", file));
  }
  std::vector<record::Interval> intervals = record::parse_timers_csv(read_file(file), problems);
  for (std::string& problem : problems) problem = fmt::format("--timers {}: {}", file, problem);
  if (intervals.empty()) throw_if_any(problems);
  return intervals;
}

energy::ReportRequest request_of(const ShowOptions& options, Problems& problems) {
  energy::ReportRequest request;
  request.intervals = intervals_of(options.timers, problems);
  if (!options.prices.empty()) {
    request.tariff = energy::read_tariff(options.prices, options.pue);
  }
  request.pue = request.tariff ? request.tariff->pue : options.pue;
  request.carbon = factor_of(options);
  request.num_samples = options.num_samples;
  request.flops = options.flops;
  return request;
}

plot::Figure figure_of(const ShowOptions& options, const energy::Accounting& accounting,
                       const energy::ReportRequest& request) {
  if (options.plot == "histogram") {
    return energy::power_histogram_figure(accounting.trace(), options.frequency == "percent");
  }
  if (options.plot == "timeseries") {
    return energy::power_figure(accounting.trace(), request.intervals);
  }
  plot::Figure figure = energy::epoch_energy_figure(accounting, request.intervals);
  if (figure.panels.empty()) {
    throw usage_error("--plot epochs: no epoch was measured; --timers names a run's timers.csv");
  }
  return figure;
}

void write_plot(const plot::Figure& figure, const fs::path& path) {
  if (path.extension() == ".svg") return plot::write_svg(figure, path);
  if (path.extension() == ".png") return plot::write_png(figure, path);
  if (path.extension() == ".pdf") return plot::write_pdf(figure, path);
  throw usage_error(
      fmt::format("--output {}: expected a name in .svg, .png or .pdf", path.string()));
}

int show(const ShowOptions& options) {
  Problems problems;
  const energy::ReportRequest request = request_of(options, problems);
  const energy::Accounting accounting(energy::read_trace(options.file, options.utc_offset_h));
  energy::Json report = energy::energy_report(accounting, request);
  if (!options.output.empty()) write_plot(figure_of(options, accounting, request), options.output);
  if (!options.mlperf.empty()) {
    write_file_atomic(options.mlperf,
                      energy::mlperf_power_log(accounting, {options.host, options.conversion_eff}));
  }
  for (const std::string& problem : problems) report["problems"].push_back(problem);
  report["schema_version"] = 1;
  fmt::print("{}", options.json ? report.dump(2) + "\n" : energy::report_text(report));
  return report["joules"].is_number() ? 0 : 1;
}

}  // namespace

void add_show_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("show", "Energy, cost and pictures of a recorded trace.");
  auto o = std::make_shared<ShowOptions>();
  verb->add_option("file", o->file, "energy.csv, a log of gpu watch, XML or CSV of nvidia-smi")
      ->required()
      ->type_name("FILE");
  verb->add_option("--timers", o->timers, "Phases and epochs: a run's timers.csv")
      ->type_name("FILE");
  verb->add_option("--utc-offset", o->utc_offset_h,
                   "Hours that the file's times lie east of UTC, where they have no zone")
      ->type_name("HOURS")
      ->check(between(-24, 24));
  verb->add_option("--prices", o->prices, "Price table (YAML)")->type_name("FILE");
  verb->add_option("--region", o->region, "Whose electricity counts for CO2, for example USA")
      ->type_name("CODE");
  verb->add_option("--co2", o->g_co2e_per_kwh, "Grams of CO2e for a kWh, instead of --region")
      ->type_name("G")
      ->check(between(0, 1e6));
  verb->add_option("--pue", o->pue, "Power usage effectiveness, where no price table says it")
      ->check(between(1, 10));
  verb->add_option("--samples", o->num_samples, "Samples that were trained, for samples per joule")
      ->type_name("N")
      ->check(positive());
  verb->add_option("--flops", o->flops, "Operations that were done, for GFLOP/s per watt")
      ->type_name("N")
      ->check(positive());
  verb->add_option("--output", o->output, "Picture to write (.svg, .png or .pdf)")
      ->type_name("FILE");
  verb->add_option("--plot", o->plot, "timeseries, histogram or epochs")
      ->check(CLI::IsMember({"timeseries", "histogram", "epochs"}));
  verb->add_option("--frequency", o->frequency, "Of the histogram: percent or absolute")
      ->check(CLI::IsMember({"percent", "absolute"}));
  verb->add_option("--mlperf", o->mlperf, "MLPerf power file to write")->type_name("FILE");
  verb->add_option("--host", o->host, "Name of the node in it")->type_name("NAME");
  verb->add_option("--conversion-eff", o->conversion_eff, "Its conversion_eff")
      ->type_name("X")
      ->check(between(0.01, 1));
  verb->add_flag("--json", o->json, "Print JSON");
  verb->callback([&programs, o] { programs.action = [o] { return show(*o); }; });
}

}  // namespace sciwright
