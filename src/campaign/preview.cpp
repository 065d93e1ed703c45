#include "campaign/preview.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/statvfs.h>

#include "base/duration.h"
#include "base/files.h"
#include "base/size_text.h"
#include "campaign/experiment_files.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kMostRuns = 100;
constexpr double kSecondsPerHour = 3600;
constexpr double kJoulesPerKwh = 3.6e6;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Joules that a run's result says, or nothing.
std::optional<double> joules_of(const fs::path& path) {
  if (!fs::exists(path)) return {};
  const Json result = Json::parse(read_file(path), nullptr, false);
  const auto energy = result.is_object() ? result.find("energy") : result.end();
  if (energy == result.end() || !energy->is_object()) return {};
  const auto joules = energy->find("joules");
  if (joules == energy->end() || !joules->is_number()) return {};
  return joules->get<double>();
}

void count_files(const fs::path& folder, double& num_files, double& size_bytes) {
  std::error_code ignored;
  for (fs::recursive_directory_iterator at(folder, ignored), end; at != end;
       at.increment(ignored)) {
    num_files += 1;
    if (at->is_regular_file(ignored)) size_bytes += static_cast<double>(at->file_size(ignored));
  }
}

History history_of(const fs::path& folder, const experiment::Manifest& manifest,
                   const std::vector<ExperimentState>& states) {
  std::vector<double> elapsed_s;
  std::vector<double> joules;
  std::vector<double> num_files;
  std::vector<double> size_bytes;
  for (std::size_t i = 0; i < states.size() && elapsed_s.size() < kMostRuns; ++i) {
    if (states[i].phase != Phase::kSucceeded || !states[i].record.ending) continue;
    elapsed_s.push_back(states[i].record.elapsed_s);
    const fs::path place = job_directory(folder, manifest.entries[i]);
    if (const auto measured =
            joules_of(ExperimentFiles(folder, manifest.entries[i]).place("run/result.json")))
      joules.push_back(*measured);
    count_files(place, num_files.emplace_back(), size_bytes.emplace_back());
  }
  History history;
  history.num_runs = elapsed_s.size();
  if (elapsed_s.empty()) return history;
  history.elapsed_s = median(elapsed_s);
  history.shortest_s = *std::min_element(elapsed_s.begin(), elapsed_s.end());
  history.longest_s = *std::max_element(elapsed_s.begin(), elapsed_s.end());
  if (!joules.empty()) history.joules = median(joules);
  history.num_files = static_cast<std::uint64_t>(median(num_files));
  history.size_bytes = static_cast<std::uint64_t>(median(size_bytes));
  return history;
}

std::string cost_line(const Preview& p) {
  if (p.num_without_limit == p.num_jobs) return "no time limit is asked for, so no bound is known";
  std::string text = fmt::format("at most {:.3g} node-hours", p.node_hours);
  if (p.gpu_hours > 0) text += fmt::format(", {:.3g} GPU-hours", p.gpu_hours);
  if (p.num_without_limit > 0) {
    text += fmt::format("; {} jobs ask for no time limit", p.num_without_limit);
  }
  return text;
}

std::string history_line(const Preview& p, const std::optional<EnergyPrice>& price) {
  const History& h = p.history;
  const auto count = static_cast<double>(p.num_jobs);
  std::string text = fmt::format("{} finished runs took {} ({} to {}), so all about {} job-hours",
                                 h.num_runs, format_duration(h.elapsed_s),
                                 format_duration(h.shortest_s), format_duration(h.longest_s),
                                 fmt::format("{:.3g}", count * h.elapsed_s / kSecondsPerHour));
  if (!h.joules) return text + "; their energy was not measured";
  const double kwh = count * *h.joules / kJoulesPerKwh;
  text += fmt::format(", {:.3g} kWh", kwh);
  if (price) text += fmt::format(", {:.2f} {}", kwh * price->per_kwh, price->currency);
  return text;
}

std::string space_line(const Preview& p) {
  const auto count = static_cast<double>(p.num_jobs);
  std::string text;
  if (p.history.num_files > 0) {
    text = fmt::format("about {:.0f} files, {}, as those before; ",
                       count * static_cast<double>(p.history.num_files),
                       size_text(count * static_cast<double>(p.history.size_bytes)));
  }
  text += fmt::format("the file system has {} free", size_text(static_cast<double>(p.free_bytes)));
  if (p.free_files > 0) text += fmt::format(" and room for {} files", p.free_files);
  return text;
}

std::string launcher_line(const LauncherSettings& s) {
  if (s.kind == "local") return fmt::format("on this machine, {} at a time", s.num_slots);
  if (s.kind == "ssh") return fmt::format("on {} by ssh, {} at a time", s.host, s.num_slots);
  std::string text =
      fmt::format("{}, as arrays of up to {}, or what it allows", s.kind, s.largest_array);
  if (s.max_tasks_at_once > 0) text += fmt::format(", {} tasks at a time", s.max_tasks_at_once);
  if (s.jobs_per_task > 1) text += fmt::format(", {} jobs in one task", s.jobs_per_task);
  if (!s.overrides.empty()) text += fmt::format(", with {}", fmt::join(s.overrides, " "));
  return text;
}

}  // namespace

Preview preview_of(const fs::path& folder, const experiment::Manifest& manifest,
                   const std::vector<ExperimentState>& states, const JobPlan& plan) {
  Preview preview;
  preview.num_jobs = plan.jobs.size();
  for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
    const jobs::Resources& scripted = plan.scripted[i];
    const double asked_s = plan.jobs[i].resources.time_limit_s;
    const double hours = (asked_s > 0 ? asked_s : scripted.time_limit_s) / kSecondsPerHour;
    if (hours <= 0) ++preview.num_without_limit;
    preview.node_hours += std::max(scripted.num_nodes, 1) * hours;
    preview.gpu_hours += scripted.num_gpus * hours;
  }
  preview.history = history_of(folder, manifest, states);
  struct statvfs system {};
  if (::statvfs(folder.c_str(), &system) == 0) {
    preview.free_bytes = static_cast<std::uint64_t>(system.f_bavail) * system.f_frsize;
    preview.free_files = system.f_favail;
  }
  return preview;
}

std::string preview_text(const Preview& p, const LauncherSettings& settings,
                         const std::optional<EnergyPrice>& price) {
  std::string text = fmt::format("jobs      {}\nlauncher  {}\nbound     {}\n", p.num_jobs,
                                 launcher_line(settings), cost_line(p));
  if (p.history.num_runs > 0) text += fmt::format("history   {}\n", history_line(p, price));
  return text + fmt::format("space     {}\n", space_line(p));
}

nlohmann::ordered_json preview_json(const Preview& p, const LauncherSettings& settings,
                                    const std::optional<EnergyPrice>& price) {
  using Ordered = nlohmann::ordered_json;
  const auto known = [](bool is_known, auto value) {
    return is_known ? Ordered(value) : Ordered();
  };
  const bool has_limits = p.num_without_limit == 0;
  const History& h = p.history;
  const double kwh = static_cast<double>(p.num_jobs) * h.joules.value_or(0) / kJoulesPerKwh;
  const bool has_runs = h.num_runs > 0;
  Ordered json = {{"num_jobs", p.num_jobs},
                  {"launcher", settings.ledger_name()},
                  {"launcher_text", launcher_line(settings)},
                  {"num_without_time_limit", p.num_without_limit},
                  {"most_node_hours", known(has_limits, p.node_hours)},
                  {"most_gpu_hours", known(has_limits, p.gpu_hours)},
                  {"num_finished_runs", h.num_runs},
                  {"median_elapsed_s", known(has_runs, h.elapsed_s)},
                  {"median_files", known(has_runs, h.num_files)},
                  {"median_size_bytes", known(has_runs, h.size_bytes)},
                  {"expected_kwh", known(h.joules.has_value(), kwh)},
                  {"expected_cost", nullptr},
                  {"currency", nullptr},
                  {"free_bytes", p.free_bytes},
                  {"free_files", known(p.free_files > 0, p.free_files)}};
  if (price && h.joules) {
    json["expected_cost"] = kwh * price->per_kwh;
    json["currency"] = price->currency;
  }
  return json;
}

}  // namespace sciwright::campaign
