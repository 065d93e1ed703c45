#include "bench/run_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text_table.h"

namespace sciwright::bench {
namespace {

using Json = nlohmann::json;

std::string timer_table(const std::vector<record::Interval>& intervals) {
  TextTable table;
  table.column("timer", TextTable::Align::kLeft).column("count").column("seconds");
  for (const record::TimerSummary& timer : record::summarize(intervals)) {
    table.row({timer.name, fmt::to_string(timer.count), fmt::format("{:.3f}", timer.sum_s)});
  }
  return table.text();
}

std::string gap_text(const std::vector<record::Interval>& intervals) {
  std::string text;
  for (const record::Interval& interval : intervals) {
    if (interval.kind != record::IntervalKind::kGap || !interval.duration_ns) continue;
    text += fmt::format("Gap before session {}: {:.1f} s ({})\n", interval.session,
                        static_cast<double>(*interval.duration_ns) * 1e-9,
                        interval.message.value_or("the run was not running"));
  }
  return text;
}

/// ", without gpu1, cpu1" or nothing.
std::string missing_text(const Json& energy) {
  const auto names = energy.value("missing", std::vector<std::string>());
  return names.empty() ? "" : fmt::format(", without {}", fmt::join(names, ", "));
}

std::string energy_text(const Json& energy) {
  if (!energy["joules"].is_number()) {
    return fmt::format("Energy {}\n", energy["reason"].get<std::string>());
  }
  return fmt::format("Energy {:.4g} J ({:.4g} kWh), {}, known for {:.1f} % of the time{}\n",
                     energy["joules"].get<double>(), energy["kwh"].get<double>(),
                     energy["origin"].get<std::string>(),
                     energy["coverage_fraction"].get<double>() * 100, missing_text(energy));
}

}  // namespace

std::string run_summary(const std::vector<record::Interval>& intervals, const Json& energy,
                        const Json& io) {
  return timer_table(intervals) + gap_text(intervals) + energy_text(energy) +
         io["verdict"].get<std::string>() + '\n';
}

}  // namespace sciwright::bench
