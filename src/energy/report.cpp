#include "energy/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text_table.h"
#include "energy/epochs.h"

namespace sciwright::energy {
namespace {

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json device_json(const Device& device, const DeviceEnergy& energy) {
  return {{"device", device.name},
          {"source", device.source},
          {"kind", kind_name(device.kind)},
          {"model", text_or_null(device.model)},
          {"origin", origin_name(energy.origin)},
          {"method", text_or_null(energy.method)},
          {"joules", or_null(energy.joules)},
          {"counter_j", or_null(energy.counter_j)},
          {"power_j", or_null(energy.power_j)},
          {"coverage_fraction", energy.coverage_fraction},
          {"longest_gap_s", energy.longest_gap_s},
          {"mean_w", or_null(energy.mean_w)},
          {"max_w", or_null(energy.max_w)},
          {"num_samples", energy.num_samples}};
}

/// Says where the counter knows of more than the samples of power between which it counted.
void remark_on_peaks(Json& report, const Device& device, const DeviceEnergy& energy) {
  constexpr double kAgreement = 1.05;  // of a counter's tick and the moment of a sample
  if (!energy.mean_w || !energy.max_w || *energy.mean_w <= kAgreement * *energy.max_w) return;
  report["problems"].push_back(
      fmt::format("{} ({}): the mean by its counter, {:.1f} W, is above the highest sampled power, "
                  "{:.1f} W; the samples miss peaks, or one of the two is wrong",
                  device.name, device.source, *energy.mean_w, *energy.max_w));
}

Json total_json(const TotalEnergy& total) {
  return {{"joules", or_null(total.joules)},
          {"coverage_fraction", total.coverage_fraction},
          {"origin", origin_name(total.origin)}};
}

Json phases_json(const Accounting& accounting, const std::vector<record::Interval>& intervals) {
  Json phases = Json::object();
  for (const record::Interval& interval : intervals) {
    if (phases.contains(interval.name)) continue;
    const std::vector<Window> windows = windows_of(intervals, interval.name);
    if (!windows.empty()) phases[interval.name] = total_json(accounting.total(windows));
  }
  return phases;
}

Json epochs_json(const Accounting& accounting, const ReportRequest& request) {
  Json epochs = Json::array();
  for (const Epoch& epoch : epochs_of(request.intervals, request.epoch)) {
    Json energy = total_json(accounting.total(epoch.windows));
    energy["epoch_num"] = epoch.number;
    energy["whole"] = epoch.is_whole && energy["coverage_fraction"] >= kWholeCoverage;
    epochs.push_back(std::move(energy));
  }
  return epochs;
}

/// The members that follow from the total: cost, CO2, and what was done with the energy.
void add_derived(Json& report, const Accounting& accounting, const std::vector<Window>& windows,
                 const ReportRequest& request) {
  const bool is_known = report["joules"].is_number();
  const double joules = is_known ? report["joules"].get<double>() : 0;
  if (request.tariff) {
    report["cost"] = {{"amount", or_null(cost(accounting, windows, *request.tariff))},
                      {"currency", request.tariff->currency},
                      {"pue", request.tariff->pue},
                      {"source", text_or_null(request.tariff->source)}};
  }
  if (request.carbon) {
    report["co2e"] = {
        {"grams", is_known ? Json(co2e_g(joules, request.pue, *request.carbon)) : Json(nullptr)},
        {"region", text_or_null(request.carbon->region)},
        {"g_co2e_per_kwh", request.carbon->g_co2e_per_kwh},
        {"pue", request.pue},
        {"year", request.carbon->year > 0 ? Json(request.carbon->year) : Json(nullptr)},
        {"source", request.carbon->source}};
  }
  const bool is_used = is_known && joules > 0;
  report["samples_per_joule"] =
      is_used && request.num_samples ? Json(*request.num_samples / joules) : Json(nullptr);
  report["gflops_per_watt"] =
      is_used && request.flops ? Json(*request.flops * 1e-9 / joules) : Json(nullptr);
}

std::string number_text(const Json& value, const char* unit, int digits = 1) {
  return value.is_number() ? fmt::format("{:.{}f} {}", value.get<double>(), digits, unit) : "–";
}

std::string joules_text(const Json& value) {
  return value.is_number() ? fmt::format("{:.4g} J", value.get<double>()) : "not measured";
}

std::string percent_text(const Json& fraction) {
  return fmt::format("{:.1f} %", fraction.get<double>() * 100);
}

std::string device_table(const Json& devices) {
  TextTable table;
  table.column("device", TextTable::Align::kLeft)
      .column("source", TextTable::Align::kLeft)
      .column("energy")
      .column("by", TextTable::Align::kLeft)
      .column("mean")
      .column("highest")
      .column("coverage")
      .column("longest gap")
      .column("origin", TextTable::Align::kLeft);
  for (const Json& d : devices) {
    table.row({d["device"], d["source"], joules_text(d["joules"]),
               d["method"].is_null() ? "–" : d["method"].get<std::string>(),
               number_text(d["mean_w"], "W"), number_text(d["max_w"], "W"),
               percent_text(d["coverage_fraction"]), number_text(d["longest_gap_s"], "s", 2),
               d["origin"]});
  }
  return table.text();
}

std::string phase_table(const Json& phases) {
  TextTable table;
  table.column("phase", TextTable::Align::kLeft).column("energy").column("coverage");
  for (const auto& [name, phase] : phases.items()) {
    table.row({name, joules_text(phase["joules"]), percent_text(phase["coverage_fraction"])});
  }
  return table.text();
}

/// ", without gpu1" or nothing.
std::string missing_text(const Json& report) {
  const auto names = report["missing"].get<std::vector<std::string>>();
  return names.empty() ? "" : fmt::format(", without {}", fmt::join(names, ", "));
}

std::string derived_text(const Json& report) {
  std::string text;
  if (const auto cost = report.find("cost"); cost != report.end()) {
    text += fmt::format(
        "Cost {} at PUE {}\n",
        number_text((*cost)["amount"], (*cost)["currency"].get<std::string>().c_str(), 4),
        (*cost)["pue"].get<double>());
  }
  if (const auto co2e = report.find("co2e"); co2e != report.end()) {
    const bool is_of_a_region = (*co2e)["region"].is_string();
    text += fmt::format(
        "CO2e {} at PUE {} and {} g/kWh ({}{})\n", number_text((*co2e)["grams"], "g", 3),
        (*co2e)["pue"].get<double>(), (*co2e)["g_co2e_per_kwh"].get<double>(),
        is_of_a_region
            ? fmt::format("{} {}, ", (*co2e)["region"].get<std::string>(), (*co2e)["year"].dump())
            : "",
        (*co2e)["source"].get<std::string>());
  }
  if (report["samples_per_joule"].is_number()) {
    text += fmt::format("{:.4g} samples per joule\n", report["samples_per_joule"].get<double>());
  }
  if (report["gflops_per_watt"].is_number()) {
    text += fmt::format("{:.4g} GFLOP/s per watt\n", report["gflops_per_watt"].get<double>());
  }
  return text;
}

}  // namespace

Json energy_report(const Accounting& accounting, const ReportRequest& request) {
  const std::vector<Window> windows =
      request.windows.empty() ? accounting.whole() : request.windows;
  const TotalEnergy total = accounting.total(windows);
  Json report = total_json(total);
  report["kwh"] = total.joules ? Json(*total.joules / kJoulesPerKwh) : Json(nullptr);
  report["of"] = total.of;
  report["missing"] = total.missing;
  report["reason"] =
      total.joules ? Json(nullptr)
                   : Json("not measured: no device told power twice, and no energy counter moved");
  report["duration_s"] = length_s(windows);
  report["problems"] = accounting.trace().problems;
  report["devices"] = Json::array();
  for (std::size_t i = 0; i < accounting.trace().devices.size(); ++i) {
    const DeviceEnergy energy = accounting.of_device(i, windows);
    report["devices"].push_back(device_json(accounting.trace().devices[i], energy));
    remark_on_peaks(report, accounting.trace().devices[i], energy);
  }
  report["phases"] = phases_json(accounting, request.intervals);
  report["epochs"] = epochs_json(accounting, request);
  add_derived(report, accounting, windows, request);
  return report;
}

void add_unread(Json& report, const std::vector<UnreadDevice>& unread, const Problems& remarks) {
  for (const UnreadDevice& device : unread) {
    report["missing"].push_back(device.name);
    report["problems"].push_back(device.problem);
  }
  for (const std::string& remark : remarks) report["problems"].push_back(remark);
}

Json unmeasured_report(const std::string& reason) {
  return {{"joules", nullptr}, {"origin", origin_name(Origin::kNone)}, {"reason", reason}};
}

std::string report_text(const Json& report) {
  if (!report["joules"].is_number() && !report.contains("devices")) {
    return "Energy " + report["reason"].get<std::string>() + "\n";
  }
  std::string text = device_table(report["devices"]);
  if (report["joules"].is_number()) {
    text += fmt::format("\nTotal {} ({:.4g} kWh) of {} in {:.1f} s, {}, coverage {}{}\n",
                        joules_text(report["joules"]), report["kwh"].get<double>(),
                        fmt::join(report["of"].get<std::vector<std::string>>(), " + "),
                        report["duration_s"].get<double>(), report["origin"].get<std::string>(),
                        percent_text(report["coverage_fraction"]), missing_text(report));
  } else {
    text += "\nEnergy " + report["reason"].get<std::string>() + "\n";
  }
  text += derived_text(report);
  if (!report["phases"].empty()) text += "\n" + phase_table(report["phases"]);
  for (const Json& problem : report["problems"])
    text += "problem: " + problem.get<std::string>() + "\n";
  return text;
}

}  // namespace sciwright::energy
