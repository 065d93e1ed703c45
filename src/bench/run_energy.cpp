#include "bench/run_energy.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/files.h"
#include "bench/run_io.h"
#include "bench/run_memory.h"
#include "energy/pictures.h"
#include "energy/power_series.h"
#include "energy/sources.h"
#include "plot/render.h"
#include "record/host.h"

namespace sciwright::bench {
namespace {

namespace fs = std::filesystem;
using energy::Json;

/// Below this, samples per joule would promise too much: the samples are all known.
constexpr double kEnoughCoverage = 0.95;

/// All sessions in an energy.csv, none where there is no file.
energy::Trace read_sessions(const fs::path& file) {
  std::error_code error;
  if (fs::file_size(file, error) == 0 || error) return {};
  energy::Trace trace = energy::parse_trace_csv(read_file(file), file.filename().string());
  energy::drop_reversed_times(trace);
  return trace;
}

int next_session(const energy::Trace& trace) {
  int session = 0;
  for (const energy::Sample& sample : trace.samples) {
    session = std::max(session, sample.session + 1);
  }
  return session;
}

/// When the run ran: its total, and from first to last sample of sessions that were killed before
/// they had one. (A session is sampled a little longer than it is timed.)
std::vector<energy::Window> run_windows(const energy::Trace& trace,
                                        const std::vector<record::Interval>& intervals) {
  std::vector<energy::Window> windows = energy::windows_of(intervals, "Total");
  std::map<int, energy::Window> sessions;
  for (const energy::Sample& sample : trace.samples) {
    const auto [session, is_new] =
        sessions.try_emplace(sample.session, energy::Window{sample.utc_ns, sample.utc_ns});
    session->second.begin_ns = std::min(session->second.begin_ns, sample.utc_ns);
    session->second.end_ns = std::max(session->second.end_ns, sample.utc_ns);
  }
  const std::vector<energy::Window> timed = windows;
  for (const auto& [number, window] : sessions) {
    const bool is_timed =
        std::any_of(timed.begin(), timed.end(), [&window = window](const energy::Window& total) {
          return total.begin_ns <= window.end_ns && window.begin_ns <= total.end_ns;
        });
    if (!is_timed) windows.push_back(window);
  }
  return energy::merged(std::move(windows));
}

std::vector<record::CounterTrack> power_tracks(const energy::Trace& trace) {
  std::vector<record::CounterTrack> tracks;
  for (std::size_t i = 0; i < trace.devices.size(); ++i) {
    record::CounterTrack track{trace.devices[i].name, "W", {}};
    const energy::PowerSeries series = energy::power_series(trace, i);
    for (std::size_t k = 0; k < series.utc_ns.size(); ++k) {
      if (std::isnan(series.power_w[k])) continue;
      track.samples.emplace_back(series.utc_ns[k], series.power_w[k]);
    }
    if (!track.samples.empty()) tracks.push_back(std::move(track));
  }
  return tracks;
}

/// What killed sessions keep to themselves.
void tell_killed(Json& report, const std::vector<record::Interval>& intervals) {
  for (const record::Interval& interval : intervals) {
    if (interval.name != "Total" || interval.status != record::kKilled) continue;
    report["problems"].push_back(fmt::format(
        "session {} was killed: it counts until it was last seen, {}; what it used after that is "
        "not known",
        interval.session,
        utc_iso8601(interval.start_utc_ns + interval.duration_ns.value_or(0), 3)));
  }
}

/// Adds samples over the joules of their training, lost work included; null, and why, where too
/// little of those is known.
void add_samples_per_joule(Json& report, const fs::path& history) {
  const std::optional<FitTotals> fit = read_fit_totals(history);
  const auto training = report["phases"].find("Training");
  if (!fit || fit->num_samples <= 0 || training == report["phases"].end()) return;
  const Json& joules = (*training)["joules"];
  if (!joules.is_number() || joules.get<double>() <= 0) return;
  const double coverage_fraction = (*training)["coverage_fraction"];
  if (coverage_fraction >= kEnoughCoverage) {
    report["samples_per_joule"] = fit->num_samples / joules.get<double>();
    return;
  }
  report["problems"].push_back(
      fmt::format("samples_per_joule is not told: the energy of Training is known for {:.1f} % of "
                  "its time",
                  coverage_fraction * 100));
}

void write_pictures(const energy::Accounting& accounting,
                    const std::vector<record::Interval>& intervals, const fs::path& folder) {
  plot::write_figure(energy::power_figure(accounting.trace(), intervals), folder / "energy_power");
  plot::write_figure(energy::power_histogram_figure(accounting.trace(), true),
                     folder / "energy_histogram");
  const plot::Figure epochs = energy::epoch_energy_figure(accounting, intervals);
  if (!epochs.panels.empty()) plot::write_figure(epochs, folder / "energy_epochs");
}

}  // namespace

RunEnergy::RunEnergy(const record::RunPaths& paths, double delay_s, const Clock& clock)
    : paths_(paths) {
  if (delay_s <= 0) {
    report_ = energy::unmeasured_report("not measured: energy.delay_s is 0");
    return;
  }
  energy::FoundSources found =
      energy::find_sources(energy::source_query(record::process_environment()));
  if (found.sources.empty()) {
    report_ = energy::unmeasured_report(energy::not_measured(found.problems));
    return;
  }
  unread_ = found.unread;
  remarks_ = found.remarks;
  energy::SamplingPlan plan;
  plan.period_ns = std::max<std::int64_t>(std::llround(delay_s * 1e9), 1'000'000);
  plan.session = next_session(read_sessions(paths_.energy));
  auto writer = std::make_shared<energy::TraceWriter>(paths_.energy);
  const auto on_round = [writer, devices = energy::devices_of(found.sources)](
                            const std::vector<energy::Sample>& round) {
    if (!round.empty()) writer->append(energy::trace_rows(devices, round));
  };
  sampler_ =
      std::make_unique<energy::BackgroundSampler>(std::move(found.sources), clock, plan, on_round);
}

void RunEnergy::finish(const std::vector<record::Interval>& intervals) {
  const std::string failure = sampler_ ? sampler_->stop() : "";
  energy::Trace trace = read_sessions(paths_.energy);
  if (trace.samples.empty()) {
    if (sampler_) report_ = energy::unmeasured_report("not measured: no sample; " + failure);
    return;  // otherwise the reason stands already
  }
  if (!failure.empty()) trace.problems.push_back("sampling ended early: " + failure);
  gpu_memory_bytes_ = gpu_peak_bytes(trace);
  const energy::Accounting accounting(std::move(trace));
  report_ = energy::energy_report(
      accounting, {.windows = run_windows(accounting.trace(), intervals), .intervals = intervals});
  energy::add_unread(report_, unread_, remarks_);
  tell_killed(report_, intervals);
  add_samples_per_joule(report_, paths_.history);
  tracks_ = power_tracks(accounting.trace());
  write_pictures(accounting, intervals, paths_.plots);
}

void RunEnergy::log(record::MllogWriter& mllog) const {
  const auto point = [&](const Json& energy, Json metadata) {
    if (!energy["joules"].is_number()) return;
    metadata["origin"] = energy["origin"];
    metadata["coverage_fraction"] = energy["coverage_fraction"];
    mllog.point("energy_joules", energy["joules"], metadata);
  };
  for (const Json& energy : report_.value("epochs", Json::array())) {
    point(energy, {{"epoch_num", energy["epoch_num"]}});
  }
  point(report_, Json::object());
}

}  // namespace sciwright::bench
