#include "record/timer_forms.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "record/host.h"
#include "record/timers_csv.h"
#include "record/timers_mllog.h"
#include "record/trace_events.h"

namespace sciwright::record {

namespace {

struct Input {
  const std::vector<Interval>& intervals;
  const TimerReport& report;
  const MllogKeys& keys;
};

using Writer = std::string (*)(const Input&);

const std::vector<std::pair<std::string, Writer>> kForms = {
    {"table", [](const Input& in) { return timer_report(in.intervals, in.report); }},
    {"csv", [](const Input& in) { return timer_csv_lines(in.intervals, in.report); }},
    {"json", [](const Input& in) { return timer_json(in.intervals, in.report); }},
    {"yaml", [](const Input& in) { return timer_yaml(in.intervals, in.report); }},
    {"txt", [](const Input& in) { return timer_text(in.intervals); }},
    {"markdown", [](const Input& in) { return timer_markdown(in.intervals); }},
    {"timers", [](const Input& in) { return timers_csv(in.intervals); }},
    {"trace", [](const Input& in) { return trace_events_json(in.intervals); }},
    {"mllog", [](const Input& in) { return timers_mllog(in.intervals, in.keys); }},
};

}  // namespace

std::vector<std::string> timer_forms() {
  std::vector<std::string> names;
  for (const auto& [name, writer] : kForms) names.push_back(name);
  return names;
}

std::string timers_in_form(const std::string& form, const std::vector<Interval>& intervals,
                           const TimerReport& report, const MllogKeys& keys) {
  for (const auto& [name, writer] : kForms) {
    if (name == form) return writer({intervals, report, keys});
  }
  const std::vector<std::string> known = timer_forms();
  throw usage_error(fmt::format("no form '{}' of timers{}; known: {}", form,
                                did_you_mean(form, known), fmt::join(known, ", ")));
}

TimerReport report_of_this_machine(const Clock& clock) {
  const HostFacts host = read_host({.environment = process_environment()});
  TimerReport report;
  report.system_facts = system_facts(host, clock.utc_ns());
  for (const auto& [name, value] : report.system_facts) {
    if (name == "uname.node") report.node = value;
    if (name == "user") report.user = value;
    if (name == "uname.system") report.system = value;
    if (name == "platform.version") report.version = value;
  }
  return report;
}

}  // namespace sciwright::record
