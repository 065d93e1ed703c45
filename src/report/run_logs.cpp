#include "report/run_logs.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "energy/accounting.h"
#include "energy/nvidia_smi.h"
#include "energy/trace_reader.h"
#include "energy/watch_log.h"
#include "io/csv.h"
#include "record/mllog_reader.h"
#include "record/timer_table.h"

namespace sciwright::report {
namespace {

using record::Json;
using record::MllogRecord;

Run run_of(const std::string& path, RunKind kind) {
  Run run;
  run.name = path;
  run.kind = kind;
  return run;
}

void add_label(RunSet& set, Run& run, std::string_view key, std::string_view value) {
  if (!value.empty()) run.labels.push_back({set.names.add(key), set.names.add(value)});
}

void set_number(RunSet& set, Numbers& numbers, std::string_view path, double value) {
  const Name name = set.names.add(path);
  const auto found = std::ranges::find(numbers, name, &Number::path);
  if (found == numbers.end()) {
    numbers.push_back({name, value});
  } else {
    found->value = value;
  }
}

/// Numbers below an object: what the record `result` holds.
void take_numbers(RunSet& set, Numbers& numbers, const std::string& path, const Json& value) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      take_numbers(set, numbers, path.empty() ? key : path + "." + key, member);
    }
  } else if (value.is_number()) {
    set_number(set, numbers, path, value.get<double>());
  }
}

/// One log of MLCommons, record by record.
class MllogRun final {
 public:
  MllogRun(const std::string& path, RunSet& set) : set_(set), run_(run_of(path, RunKind::kMllog)) {
    run_.rows.emplace_back();
  }

  void take(const MllogRecord& record) {
    if (record.key == "run_start") run_.started_s = static_cast<double>(record.time_ms) / 1e3;
    if (record.key == "run_stop") stop(record);
    if (record.event_type == "INTERVAL_START") opened_[record.key] = record.time_ms;
    if (record.event_type == "INTERVAL_END") close(record);
    take_text(record);
    take_value(record);
  }

  void finish() {
    if (!run_.finished_s) {
      set_.unfinished.push_back(run_.name);
      return;
    }
    for (const auto& [key, ms] : spent_ms_) {
      set_number(set_, run_.numbers, "times_s." + key, static_cast<double>(ms) / 1e3);
    }
    if (run_.started_s) {
      set_number(set_, run_.numbers, "times_s.Total", *run_.finished_s - *run_.started_s);
    }
    if (curves_.empty()) return set_.runs.push_back(std::move(run_));
    auto history = std::make_shared<History>();
    for (auto& [key, values] : curves_) history->add(key, std::move(values));
    run_.history = std::move(history);
    set_.runs.push_back(std::move(run_));
  }

 private:
  void stop(const MllogRecord& record) {
    run_.finished_s = static_cast<double>(record.time_ms) / 1e3;
    const Json status = record.metadata.value("status", Json());
    if (!status.is_string() || status == "success") return;
    run_.valid = false;
    run_.reasons.push_back("run_stop has the status " + status.get<std::string>());
  }

  void close(const MllogRecord& record) {
    const auto open = opened_.find(record.key);
    if (open == opened_.end()) return;
    spent_ms_[record.key] += record.time_ms - open->second;
    opened_.erase(open);
  }

  void take_text(const MllogRecord& record) {
    static const std::map<std::string, std::string> kLabels = {
        {"submission_benchmark", "benchmark"},
        {"submission_org", "team"},
        {"submission_platform", "system"},
        {"submission_division", "division"}};
    const auto label = kLabels.find(record.key);
    if (label == kLabels.end() || !record.value.is_string()) return;
    add_label(set_, run_, label->second, record.value.get<std::string>());
  }

  void take_value(const MllogRecord& record) {
    if (record.key == "result") {
      return take_numbers(set_, run_.rows.front().numbers, "", record.value);
    }
    if (!record.value.is_number()) return;
    const double value = record.value.get<double>();
    const Json epoch = record.metadata.value("epoch_num", Json());
    if (record.key == "seed" && record.value.is_number_unsigned()) run_.seed = record.value;
    if (record.key == "eval_accuracy") {
      set_number(set_, run_.rows.front().numbers, "accuracy", value);
    }
    set_number(set_, run_.numbers, record.key, value);
    if (!epoch.is_number_integer() || epoch < 0 || epoch > 1'000'000) return;
    std::vector<double>& curve = curves_[record.key];
    const auto place = std::max<std::size_t>(epoch.get<std::size_t>(), 1) - 1;
    if (curve.size() <= place) curve.resize(place + 1, std::numeric_limits<double>::quiet_NaN());
    curve[place] = value;
  }

  RunSet& set_;
  Run run_;
  std::map<std::string, std::int64_t> opened_;
  std::map<std::string, std::int64_t> spent_ms_;
  std::map<std::string, std::vector<double>> curves_;
};

void add_mllog(const std::string& path, const std::string& text, RunSet& set) {
  const record::MllogText log = record::parse_mllog(text);
  for (const record::MllogBadLine& line : log.bad_lines) {
    set.problems.push_back(fmt::format("{}, line {}: {}", path, line.line, line.reason));
  }
  MllogRun run(path, set);
  for (const MllogRecord& record : log.records) run.take(record);
  run.finish();
}

/// The cell of a column; empty when there is none.
std::string cell_of(const record::TimerCsv& csv, const std::vector<std::string>& row,
                    std::string_view column) {
  const auto found = std::ranges::find(csv.columns, column);
  return found == csv.columns.end() ? ""
                                    : row[static_cast<std::size_t>(found - csv.columns.begin())];
}

void add_timers(const std::string& path, const std::string& text, RunSet& set) {
  Problems problems;
  const record::TimerCsv csv = record::parse_timer_csv_lines(text, problems);
  for (const std::string& problem : problems) set.problems.push_back(path + ", " + problem);
  if (csv.rows.empty()) return set.unfinished.push_back(path);
  Run run = run_of(path, RunKind::kTimers);
  for (const std::vector<std::string>& row : csv.rows) {
    std::string sum = cell_of(csv, row, "sum");
    if (sum.empty()) sum = cell_of(csv, row, "time");
    const auto seconds = io::parse_double(sum);
    if (seconds) set_number(set, run.numbers, "times_s." + cell_of(csv, row, "timer"), *seconds);
  }
  const std::vector<std::string>& first = csv.rows.front();
  add_label(set, run, "system", cell_of(csv, first, "uname.node"));
  add_label(set, run, "team", cell_of(csv, first, "user"));
  add_label(set, run, "tag", cell_of(csv, first, "tag"));
  set.runs.push_back(std::move(run));
}

void add_trace(const std::string& path, RunSet& set) {
  energy::Accounting accounting(energy::read_trace(path));
  const Problems& problems = accounting.trace().problems;
  set.problems.insert(set.problems.end(), problems.begin(), problems.end());
  const std::vector<energy::Window> whole = accounting.whole();
  const energy::TotalEnergy total = accounting.total(whole);
  Run run = run_of(path, RunKind::kTrace);
  std::set<std::string> devices;
  for (const energy::Device& device : accounting.trace().devices) {
    devices.insert(device.model.empty() ? device.name : device.model);
  }
  add_label(set, run, "device", fmt::format("{}", fmt::join(devices, " + ")));
  add_label(set, run, "energy_origin", energy::origin_name(total.origin));
  set_number(set, run.numbers, "times_s.Total", energy::length_s(whole));
  set_number(set, run.numbers, "energy.coverage_fraction", total.coverage_fraction);
  if (total.joules) set_number(set, run.numbers, "energy.joules", *total.joules);
  set.runs.push_back(std::move(run));
}

}  // namespace

bool add_log(const std::string& path, const std::string& text, RunSet& set) {
  if (text.find(record::kMllogToken) != std::string::npos) {
    add_mllog(path, text, set);
  } else if (text.find("# csv,") != std::string::npos) {
    add_timers(path, text, set);
  } else if (text.starts_with("session,utc,") || energy::is_watch_log(text) ||
             energy::is_smi_trace(text)) {
    add_trace(path, set);
  } else {
    return false;
  }
  return true;
}

}  // namespace sciwright::report
