#include "bench/run_io.h"

#include <fmt/format.h>

#include "base/files.h"
#include "io/csv.h"

namespace sciwright::bench {
namespace {

using Json = nlohmann::json;

/// Below this share of waiting, faster storage would gain nothing worth having.
constexpr double kSmallShare = 0.05;

/// A value of all intervals "Training"; null where one of them lacks it.
Json sum_of(const std::vector<record::Interval>& intervals, const char* key) {
  Json sum;
  for (const record::Interval& interval : intervals) {
    if (interval.name != "Training") continue;
    if (!interval.values.is_object() || !interval.values.contains(key)) return nullptr;
    sum = (sum.is_null() ? 0 : sum.get<std::int64_t>()) + interval.values[key].get<std::int64_t>();
  }
  return sum;
}

/// What is missing in the sums.
Json problems_of(const std::vector<record::Interval>& intervals) {
  Json problems = Json::array();
  for (const record::Interval& interval : intervals) {
    if (interval.name != "Training" || interval.status != record::kKilled) continue;
    problems.push_back(
        fmt::format("session {} was killed: what it read after its last whole epoch is not known",
                    interval.session));
  }
  return problems;
}

/// Whether hardly anything that was read had to be fetched from storage; not where that is not
/// known. (Mapped files count in `storage_bytes` alone.)
bool came_from_memory(const Json& io) {
  if (!io["read_bytes"].is_number() || !io["storage_bytes"].is_number()) return false;
  return io["storage_bytes"].get<double>() <= kSmallShare * io["read_bytes"].get<double>();
}

std::string verdict(double stall_fraction, bool from_memory) {
  const std::string share = fmt::format("{:.1f} %", stall_fraction * 100);
  if (stall_fraction <= kSmallShare) {
    return fmt::format("Training waited {} of its time for data: they come fast enough.", share);
  }
  if (from_memory) {
    return fmt::format(
        "Training waited {} of its time for data, though next to nothing had to be fetched from "
        "storage: the time goes into preparing them, which more threads would shorten.",
        share);
  }
  return fmt::format(
      "Training waited {} of its time for data: faster storage, `stage: auto` or more threads "
      "would shorten it.",
      share);
}

}  // namespace

std::optional<FitTotals> read_fit_totals(const std::filesystem::path& history) {
  if (!std::filesystem::exists(history)) return {};
  const std::string text = read_file(history);
  io::CsvReader rows(text, {.name = history.string()});
  if (!rows.next()) return {};
  rows.use_as_header();
  const auto samples = rows.find_column("samples");
  const auto train = rows.find_column("train_s");
  const auto wait = rows.find_column("data_wait_s");
  std::optional<FitTotals> totals;
  while (rows.next()) {
    if (!totals) totals.emplace();
    if (samples) totals->num_samples += rows.number(*samples);
    if (train) totals->train_s += rows.number(*train);
    if (wait) totals->data_wait_s += rows.number(*wait);
  }
  return totals;
}

Json run_io(const record::RunPaths& paths, const std::vector<record::Interval>& intervals) {
  const std::optional<FitTotals> fit = read_fit_totals(paths.history);
  Json io = {{"read_bytes", sum_of(intervals, "read_bytes")},
             {"storage_bytes", sum_of(intervals, "storage_bytes")},
             {"data_wait_s", nullptr},
             {"stall_fraction", nullptr},
             {"needed_bytes_per_s", nullptr},
             {"problems", problems_of(intervals)},
             {"verdict", "Nothing was trained batch by batch, so nothing waited for data."}};
  if (!fit || fit->train_s <= 0) return io;
  io["data_wait_s"] = fit->data_wait_s;
  io["stall_fraction"] = fit->data_wait_s / fit->train_s;
  const double busy_s = fit->train_s - fit->data_wait_s;
  if (io["read_bytes"].is_number() && busy_s > 0) {
    io["needed_bytes_per_s"] = io["read_bytes"].get<double>() / busy_s;
  }
  io["verdict"] = verdict(fit->data_wait_s / fit->train_s, came_from_memory(io));
  return io;
}

}  // namespace sciwright::bench
