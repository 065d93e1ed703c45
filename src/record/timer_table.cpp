#include "record/timer_table.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/suggestion.h"
#include "base/text_table.h"
#include "record/csv_record.h"
#include "record/psql_table.h"
#include "record/utc_stamp.h"

namespace sciwright::record {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// The timer by which the original measures itself; it never shows it.
constexpr std::string_view kHiddenTimer = "benchmark_start_stop";

struct Row {
  TimerSummary summary;
  std::optional<double> time_s;  ///< Of the last interval.
  std::string status;
};

/// Rounds as Python's round() does: correctly, from the exact binary value.
double rounded(double value, int digits) {
  return std::stod(fmt::format("{:.{}f}", value, digits));
}

std::string python_float(double value) { return Json(value).dump(); }

std::vector<Row> rows_of(const std::vector<Interval>& intervals) {
  std::vector<Row> rows;
  for (TimerSummary& summary : summarize(intervals)) {
    if (summary.name == kHiddenTimer) continue;
    Row row;
    if (summary.last.duration_ns)
      row.time_s = static_cast<double>(*summary.last.duration_ns) * 1e-9;
    row.status = summary.last.status == "running" ? "failed" : summary.last.status;
    row.summary = std::move(summary);
    rows.push_back(std::move(row));
  }
  return rows;
}

/// One column of the report: how it is called, and its cell in the table and in csv.
struct Column {
  std::string key;
  std::string header;
  bool numeric = false;
  std::function<std::string(const Row&)> table_cell;
  std::function<std::string(const Row&)> csv_cell;
};

Column text_column(const char* key, const char* header,
                   std::function<std::string(const Row&)> cell) {
  return {key, header, false, cell, cell};
}

Column number_column(const char* key, const char* header,
                     std::function<std::optional<double>(const Row&)> value) {
  return {key, header, true,
          [value](const Row& row) {
            const auto v = value(row);
            return v ? fmt::format("{:g}", rounded(*v, 3)) : "";
          },
          [value](const Row& row) {
            const auto v = value(row);
            return v ? python_float(rounded(*v, 3)) : "None";
          }};
}

std::vector<Column> all_columns(const TimerReport& report) {
  const auto constant = [](const std::string& text) { return [text](const Row&) { return text; }; };
  return {
      text_column("timer", "Name", [](const Row& r) { return r.summary.name; }),
      text_column("status", "Status", [](const Row& r) { return r.status; }),
      number_column("time", "Time", [](const Row& r) { return r.time_s; }),
      number_column("sum", "Sum", [](const Row& r) { return r.summary.sum_s; }),
      text_column("start", "Start",
                  [](const Row& r) { return utc_table_stamp(r.summary.last.start_utc_ns); }),
      text_column("tag", "tag", constant(report.tag)),
      {"msg", "msg", false, [](const Row& r) { return r.summary.last.message.value_or(""); },
       [](const Row& r) { return r.summary.last.message.value_or("None"); }},
      text_column("uname.node", "Node", constant(report.node)),
      text_column("user", "User", constant(report.user)),
      text_column("uname.system", "OS", constant(report.system)),
      text_column("platform.version", "Version", constant(report.version)),
  };
}

/// The columns asked for; those that were named carry their key as header, but for the short form.
std::vector<Column> chosen_columns(const TimerReport& report) {
  std::vector<Column> all = all_columns(report);
  if (report.columns.empty()) return all;
  const bool is_short = report.columns == std::vector<std::string>{"timer", "status", "time"};
  std::vector<std::string> known;
  for (const Column& column : all) known.push_back(column.key);
  std::vector<Column> chosen;
  for (const std::string& key : report.columns) {
    const auto it = std::find(known.begin(), known.end(), key);
    if (it == known.end()) {
      throw usage_error(
          fmt::format("timer table: no column '{}'{}", key, did_you_mean(key, known)));
    }
    chosen.push_back(all[static_cast<std::size_t>(it - known.begin())]);
    if (!is_short) chosen.back().header = key;
  }
  return chosen;
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string csv_lines(const std::vector<Row>& rows, const std::vector<Column>& columns,
                      const std::string& prefix) {
  if (prefix.empty()) return {};
  std::vector<std::string> keys;
  for (const Column& column : columns) keys.push_back(column.key);
  std::string out = prefix + ',' + csv_record(keys) + '\n';
  for (const Row& row : rows) {
    std::vector<std::string> cells;
    for (const Column& column : columns) cells.push_back(one_line(column.csv_cell(row)));
    out += prefix + ',' + csv_record(cells) + '\n';
  }
  return out;
}

std::string table(const std::vector<Row>& rows, const std::vector<Column>& columns) {
  std::vector<PsqlColumn> cells;
  for (const Column& column : columns) {
    cells.push_back({column.header, column.numeric, {}});
    for (const Row& row : rows) cells.back().cells.push_back(one_line(column.table_cell(row)));
  }
  return psql_table(cells);
}

std::string system_table(const TimerReport& report) {
  PsqlColumn names{"Attribute", false, {}};
  PsqlColumn values{"Value", false, {}};
  for (const auto& [name, value] : report.system_facts) {
    names.cells.push_back(name);
    values.cells.push_back(one_line(value));
  }
  return psql_table({names, values});
}

/// Each time rounded to four decimals before it is added, as the original does.
std::string total_text(const std::vector<Row>& rows) {
  double total_s = 0;
  for (const Row& row : rows) total_s += rounded(row.time_s.value_or(0), 4);
  return "Total: " + python_float(total_s);
}

}  // namespace

std::string timer_report(const std::vector<Interval>& intervals, const TimerReport& report) {
  const std::vector<Row> rows = rows_of(intervals);
  const std::vector<Column> columns = chosen_columns(report);
  std::string out = "\n";
  if (!report.system_facts.empty()) out += system_table(report) + '\n';
  if (!report.timers) return out;
  if (rows.empty()) return out + "ERROR: No timers found\n";
  out += '\n' + table(rows, columns);
  if (report.total) out += total_text(rows);
  return out + '\n' + csv_lines(rows, columns, report.prefix);
}

std::string timer_csv_lines(const std::vector<Interval>& intervals, const TimerReport& report) {
  return csv_lines(rows_of(intervals), chosen_columns(report), report.prefix);
}

std::string timer_text(const std::vector<Interval>& intervals) {
  std::string out;
  for (const Row& row : rows_of(intervals)) {
    const Interval& last = row.summary.last;
    const double start_s = static_cast<double>(last.start_utc_ns) * 1e-9;
    const std::string end =
        last.duration_ns ? fmt::format("{:.6f}", start_s + *row.time_s) : "None";
    const std::string elapsed = row.time_s ? python_float(rounded(*row.time_s, 4)) : "None";
    out +=
        fmt::format("{} {:.6f} {} {} {}\n", row.summary.name, start_s, end, elapsed, last.status);
  }
  return out;
}

namespace {

OrderedJson number(const std::optional<double>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson export_row(const Row& row, const std::string& tag) {
  const TimerSummary& s = row.summary;
  OrderedJson out;
  out["start"] = utc_iso8601(s.last.start_utc_ns, 3);
  out["stop"] = s.last.duration_ns
                    ? OrderedJson(utc_iso8601(s.last.start_utc_ns + *s.last.duration_ns, 3))
                    : OrderedJson(nullptr);
  out["time"] = row.time_s ? OrderedJson(rounded(*row.time_s, 3)) : OrderedJson(nullptr);
  out["sum"] = rounded(s.sum_s, 3);
  out["status"] = row.status;
  out["msg"] = s.last.message ? OrderedJson(*s.last.message) : OrderedJson(nullptr);
  out["timer"] = s.name;
  out["tag"] = tag;
  out["count"] = s.count;
  out["min"] = number(s.min_s);
  out["max"] = number(s.max_s);
  out["mean"] = number(s.mean_s);
  out["std"] = number(s.std_s);
  return out;
}

OrderedJson export_document(const std::vector<Interval>& intervals, const TimerReport& report) {
  OrderedJson out;
  out["schema_version"] = 1;
  out["sysinfo"] = OrderedJson::object();
  for (const auto& [name, value] : report.system_facts) out["sysinfo"][name] = value;
  out["benchmark"] = OrderedJson::object();
  for (const Row& row : rows_of(intervals)) {
    out["benchmark"][row.summary.name] = export_row(row, report.tag);
  }
  return out;
}

/// As JSON; names come from any program, so that bytes may be no UTF-8.
std::string json_text(const OrderedJson& value, int indent = -1) {
  return value.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

/// Nested maps in block style; keys and texts in double quotes, whose rules YAML shares with JSON.
void append_yaml(const OrderedJson& value, int indent, std::string& out) {
  for (const auto& [key, item] : value.items()) {
    out.append(static_cast<std::size_t>(indent), ' ');
    out += json_text(key) + ':';
    if (item.is_object() && !item.empty()) {
      out += '\n';
      append_yaml(item, indent + 2, out);
    } else {
      out += ' ' + json_text(item) + '\n';
    }
  }
}

std::string cell(const std::optional<double>& seconds) {
  return seconds ? fmt::format("{:.3f}", *seconds) : "–";
}

}  // namespace

std::string timer_json(const std::vector<Interval>& intervals, const TimerReport& report) {
  return json_text(export_document(intervals, report), 2) + '\n';
}

std::string timer_yaml(const std::vector<Interval>& intervals, const TimerReport& report) {
  std::string out;
  append_yaml(export_document(intervals, report), 0, out);
  return out;
}

std::string timer_markdown(const std::vector<Interval>& intervals) {
  TextTable out;
  out.column("timer", TextTable::Align::kLeft).column("status", TextTable::Align::kLeft);
  for (const char* header : {"count", "sum s", "mean s", "std s", "min s", "max s"}) {
    out.column(header);
  }
  for (const Row& row : rows_of(intervals)) {
    const TimerSummary& s = row.summary;
    out.row({s.name, row.status, fmt::to_string(s.count), cell(s.sum_s), cell(s.mean_s),
             cell(s.std_s), cell(s.min_s), cell(s.max_s)});
  }
  return out.markdown();
}

TimerCsv parse_timer_csv_lines(std::string_view log, Problems& problems, std::string_view prefix) {
  const std::string mark = fmt::format("{},", prefix);
  TimerCsv csv;
  for (int line_number = 1; !log.empty(); ++line_number) {
    const std::size_t end = log.find('\n');
    std::string_view line = log.substr(0, end);
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
    const std::size_t begin = line.find(mark);
    if (begin == std::string_view::npos) continue;
    line.remove_prefix(begin + mark.size());
    std::vector<std::string> fields = take_csv_record(line);
    if (csv.columns.empty()) {
      csv.columns = std::move(fields);
    } else if (fields == csv.columns) {
      continue;
    } else if (fields.size() != csv.columns.size()) {
      problems.push_back(fmt::format("line {}: has {} fields, expected {}", line_number,
                                     fields.size(), csv.columns.size()));
    } else {
      csv.rows.push_back(std::move(fields));
    }
  }
  return csv;
}

}  // namespace sciwright::record
