#include <fmt/format.h>

#include "base/error.h"
#include "base/text_table.h"
#include "energy/sources.h"
#include "sciwright/option_checks.h"
#include "sciwright/print_json.h"
#include "sciwright/sampling.h"
#include "sciwright/smi_commands.h"

namespace sciwright {
namespace {

/// What `monitor` was asked for.
struct MonitorOptions {
  SamplingOptions sampling;
  std::vector<std::string> command;
  bool json = false;
};

void print_report(energy::Json report, bool as_json) {
  report["schema_version"] = 1;
  if (as_json) {
    print_json(report);
  } else {
    fmt::print(stderr, "{}", energy::report_text(report));
  }
}

/// The command is run whether it can be measured or not.
int measure_command(const MonitorOptions& options, energy::FoundSources found) {
  const bool can_measure = !found.sources.empty();
  MeasuredCommand ended =
      sample_command(std::move(found.sources), options.sampling, options.command);
  if (can_measure) {
    energy::add_unread(ended.report, found.unread, found.remarks);
  } else {
    ended.report = energy::unmeasured_report(energy::not_measured(found.problems));
  }
  print_report(std::move(ended.report), options.json);
  return ended.exit_code;
}

int monitor(const MonitorOptions& options) {
  sampling_plan(options.sampling);  // a bad option is told before a missing sensor
  if (!options.sampling.replay.empty() && !options.command.empty()) {
    throw usage_error(
        "--replay plays what was recorded at another time, which tells nothing of a command; leave "
        "one of them away");
  }
  energy::FoundSources found = sources_of(options.sampling);
  if (!options.command.empty()) return measure_command(options, std::move(found));
  if (found.sources.empty()) {
    throw Error(ErrorKind::kFailure, energy::not_measured(found.problems));
  }
  energy::Json report = sample_here(std::move(found.sources), options.sampling, options.json);
  energy::add_unread(report, found.unread, found.remarks);
  print_report(std::move(report), options.json);
  return 0;
}

std::string text_of(const std::optional<double>& value, const char* unit) {
  return value ? fmt::format("{:.4g} {}", *value, unit) : "–";
}

int print_status(const SamplingOptions& options, bool as_json) {
  const energy::FoundSources found = sources_of(options);
  TextTable table;
  table.column("device", TextTable::Align::kLeft)
      .column("source", TextTable::Align::kLeft)
      .column("model", TextTable::Align::kLeft)
      .column("power")
      .column("counter")
      .column("temperature")
      .column("busy");
  energy::Json devices = energy::Json::array();
  const auto json = [](const std::optional<double>& value) {
    return value ? energy::Json(*value) : energy::Json(nullptr);
  };
  for (const auto& source : found.sources) {
    const std::vector<energy::Reading> readings = source->read(system_clock().steady_ns());
    for (std::size_t i = 0; i < readings.size(); ++i) {
      const energy::Device& device = source->devices()[i];
      const energy::Reading& r = readings[i];
      std::optional<double> busy_percent = r.utilization_fraction;
      if (busy_percent) *busy_percent *= 100;
      table.row({device.name, device.source, device.model, text_of(r.power_w, "W"),
                 text_of(r.energy_j, "J"), text_of(r.temperature_c, "°C"),
                 text_of(busy_percent, "%")});
      devices.push_back({{"device", device.name},
                         {"source", device.source},
                         {"kind", energy::kind_name(device.kind)},
                         {"model", device.model},
                         {"origin", energy::origin_name(device.origin)},
                         {"power_w", json(r.power_w)},
                         {"energy_j", json(r.energy_j)},
                         {"temperature_c", json(r.temperature_c)},
                         {"utilization_fraction", json(r.utilization_fraction)}});
    }
  }
  if (as_json) {
    fmt::print(
        "{}\n",
        energy::Json{{"schema_version", 1}, {"devices", devices}, {"problems", found.problems}}
            .dump(2));
    return 0;
  }
  if (!devices.empty()) fmt::print("{}", table.text());
  for (const std::string& problem : found.problems) fmt::print("{}\n", problem);
  return 0;
}

void add_sensor_options(CLI::App& verb, SamplingOptions& options) {
  add_device_options(verb, options);
  verb.add_option("--source", options.sources,
                  "Sensors to ask: nvml, nvidia-smi, hwmon, rocm-smi, powercap, perf, cray, ipmi, "
                  "slurm")
      ->type_name("LIST");
  verb.add_option("--root", options.root, "Look below this folder instead of / for /sys and /proc")
      ->type_name("DIR");
  verb.add_option("--estimate-tdp", options.tdp_w,
                  "Estimate the processors: this design power times their utilisation")
      ->type_name("W")
      ->check(positive(1e6));
}

}  // namespace

void add_monitor_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand("monitor", "Sample power and energy, of a command or alone.");
  verb->footer(
      "Examples:\n"
      "  sciwright monitor --delay 0.5 --out energy.csv\n"
      "  sciwright monitor --gpu 0,[2-3] -- python train.py\n"
      "  sciwright monitor status\n"
      "  sciwright monitor show energy.csv --region USA\n");
  auto options = std::make_shared<MonitorOptions>();
  SamplingOptions& sampling = options->sampling;
  verb->add_option("command", options->command, "Command to run and measure, behind --");
  add_row_options(*verb, sampling);
  verb->add_option("--out", sampling.out, "File to append the samples to")->type_name("FILE");
  verb->add_option("--form", sampling.form,
                   "Of the rows on stdout: csv, or new or old as gpu watch writes")
      ->check(CLI::IsMember({"csv", "new", "old"}));
  verb->add_flag("--json", options->json, "Print the report as JSON on stdout, no rows");
  add_sensor_options(*verb, sampling);
  CLI::App* status = verb->add_subcommand("status", "Say which sensors answer, and what.");
  status->add_flag("--json", options->json, "Print JSON");
  add_sensor_options(*status, sampling);
  add_smi_commands(*verb, programs);
  add_show_command(*verb, programs);
  verb->callback([&programs, verb, options] {
    refuse_before_verb(*verb);
    if (!verb->get_subcommands().empty()) return;
    programs.action = [options] { return monitor(*options); };
  });
  status->callback([&programs, options] {
    programs.action = [options] { return print_status(options->sampling, options->json); };
  });
}

}  // namespace sciwright
