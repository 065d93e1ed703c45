#include "energy/trace.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/clock.h"
#include "energy/problem_tally.h"
#include "io/csv.h"
#include "record/utc_stamp.h"

namespace sciwright::energy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHeader =
    "session,utc,device,kind,source,origin,model,power_w,energy_j,temperature_c,"
    "utilization_fraction,memory_utilization_fraction,encoder_fraction,decoder_fraction,"
    "memory_used_bytes,memory_total_bytes";

enum Column : std::size_t {
  kSession,
  kUtc,
  kDevice,
  kKind,
  kSource,
  kOrigin,
  kModel,
  kPower,
  kEnergy,
  kTemperature,
  kUtilization,
  kMemoryUtilization,
  kEncoder,
  kDecoder,
  kMemoryUsed,
  kMemoryTotal,
  kNumColumns
};

template <class Number>
void append_cell(std::string& row, const std::optional<Number>& value) {
  row += ',';
  if (value) fmt::format_to(std::back_inserter(row), "{}", *value);
}

/// What is wrong with a row: nothing while `text` is empty. Rows of one kind are told once.
struct RowProblem {
  std::string kind = {};
  std::string text = {};
};

/// Reads the cells of one row and notes what is wrong with them.
struct RowReader {
  const io::CsvReader& rows;
  RowProblem problem = {};       ///< For which there is no row.
  RowProblem cell_problem = {};  ///< For which a cell is empty.

  std::string text(Column column) const { return std::string(rows.fields()[column]); }

  std::optional<double> number(Column column) {
    const std::string_view field = rows.fields()[column];
    const auto value = io::parse_double(field);
    if (field.empty()) return {};
    if (!value || !std::isfinite(*value)) {
      note_cell(column, "a number");
      return {};
    }
    return value;
  }

  std::optional<double> from_zero(Column column) {
    const std::optional<double> value = number(column);
    if (value && *value < 0) {
      note_cell(column, "a number from 0");
      return {};
    }
    return value;
  }

  std::optional<std::int64_t> integer(Column column) {
    const std::string_view field = rows.fields()[column];
    const auto value = io::parse_int64(field);
    if (!value && !field.empty()) note_cell(column, "a whole number");
    return value;
  }

  void note(Column column, const char* expected) {
    note_in(problem, column, fmt::format("expected {}; the row is left out", expected));
  }

  /// Of a cell that may be missing: the sensor did not tell.
  void note_cell(Column column, const char* expected) {
    note_in(cell_problem, column,
            fmt::format("expected {}; the cell of {} at {} is left out", expected, text(kDevice),
                        text(kUtc)));
  }

 private:
  void note_in(RowProblem& first, Column column, const std::string& rest) const {
    if (!first.text.empty()) return;
    first = {fmt::format("{} {}", text(kDevice), column),
             fmt::format("'{}' in column {}, {}", text(column), column + 1, rest)};
  }
};

Reading read_reading(RowReader& row) {
  Reading reading;
  reading.power_w = row.from_zero(kPower);
  reading.energy_j = row.from_zero(kEnergy);
  reading.temperature_c = row.number(kTemperature);
  reading.utilization_fraction = row.number(kUtilization);
  reading.memory_utilization_fraction = row.number(kMemoryUtilization);
  reading.encoder_fraction = row.number(kEncoder);
  reading.decoder_fraction = row.number(kDecoder);
  reading.memory_used_bytes = row.integer(kMemoryUsed);
  reading.memory_total_bytes = row.integer(kMemoryTotal);
  return reading;
}

/// Adds the row to the trace, without the cells that cannot be read; returns what is wrong with it.
RowProblem add_row(const io::CsvReader& rows, Trace& trace) {
  if (rows.fields().size() != kNumColumns) {
    return {"fields", fmt::format("has {} fields, expected {}; the row is left out",
                                  rows.fields().size(), static_cast<std::size_t>(kNumColumns))};
  }
  RowReader row{rows};
  Sample sample;
  const auto session = io::parse_int64(rows.fields()[kSession]);
  if (!session) row.note(kSession, "a whole number");
  const auto utc_ns = record::parse_utc_stamp(row.text(kUtc));
  if (!utc_ns) row.note(kUtc, "a time like 2026-11-22T04:27:00.000000000Z");
  const auto kind = kind_of_name(row.text(kKind));
  if (!kind) row.note(kKind, "gpu, cpu, dram, platform or node");
  const auto origin = origin_of_name(row.text(kOrigin));
  if (!origin) row.note(kOrigin, "measured or estimated");
  sample.reading = read_reading(row);
  if (!row.problem.text.empty()) return row.problem;
  sample.session = static_cast<int>(*session);
  sample.utc_ns = *utc_ns;
  sample.device_index =
      trace.index_of({row.text(kDevice), row.text(kSource), *kind, row.text(kModel), *origin});
  trace.samples.push_back(std::move(sample));
  return row.cell_problem;
}

/// Empties a file in which a killed program began its header and wrote nothing more.
const fs::path& whole_header(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error || size == 0 || size >= std::string_view(kHeader).size()) return path;
  if (std::string_view(kHeader).starts_with(read_file(path))) write_file_atomic(path, "");
  return path;
}

}  // namespace

std::size_t Trace::index_of(const Device& device) {
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const Device& d) {
    return d.name == device.name && d.source == device.source;
  });
  if (found != devices.end()) return static_cast<std::size_t>(found - devices.begin());
  devices.push_back(device);
  return devices.size() - 1;
}

std::string trace_header() { return kHeader; }

std::string trace_row(const Device& device, const Sample& sample) {
  const Reading& r = sample.reading;
  std::string row = fmt::format("{},{},", sample.session, utc_iso8601(sample.utc_ns, 9));
  const std::vector<std::string> texts = {device.name, kind_name(device.kind), device.source,
                                          origin_name(device.origin), device.model};
  io::append_csv_row(row, texts);
  row.pop_back();  // the line end
  append_cell(row, r.power_w);
  append_cell(row, r.energy_j);
  append_cell(row, r.temperature_c);
  append_cell(row, r.utilization_fraction);
  append_cell(row, r.memory_utilization_fraction);
  append_cell(row, r.encoder_fraction);
  append_cell(row, r.decoder_fraction);
  append_cell(row, r.memory_used_bytes);
  append_cell(row, r.memory_total_bytes);
  return row;
}

std::string trace_rows(const std::vector<Device>& devices, const std::vector<Sample>& round) {
  std::string rows;
  for (const Sample& sample : round) {
    if (!rows.empty()) rows += '\n';
    rows += trace_row(devices[sample.device_index], sample);
  }
  return rows;
}

TraceWriter::TraceWriter(const fs::path& path) : file_(whole_header(path)) {
  std::error_code error;
  if (fs::file_size(path, error) == 0 && !error) file_.append_line(kHeader);
}

Trace parse_trace_csv(std::string_view text, const std::string& name) {
  Trace trace;
  io::CsvReader rows(text, {.name = name, .skip_broken = true});
  if (!text.starts_with(kHeader)) {
    trace.problems.push_back(fmt::format("{}:1: expected the header '{}'", name, kHeader));
    return trace;
  }
  ProblemTally problems;
  rows.next();
  while (rows.next()) {
    const auto [kind, wrong] = add_row(rows, trace);
    if (!wrong.empty()) problems.note(kind, fmt::format("{}: {}", rows.where(), wrong));
  }
  for (const io::BrokenRecord& broken : rows.broken()) {
    problems.note(broken.problem,
                  fmt::format("{}:{}: {}; the row is left out", name, broken.line, broken.problem));
  }
  problems.add_to(trace.problems);
  return trace;
}

void drop_reversed_times(Trace& trace) {
  struct Seen {
    std::int64_t latest_ns = INT64_MIN;
    std::int64_t num_reversed = 0;
    std::int64_t most_ns = 0;
  };
  std::map<std::pair<std::size_t, int>, Seen> seen;
  std::erase_if(trace.samples, [&](const Sample& sample) {
    Seen& s = seen[{sample.device_index, sample.session}];
    if (sample.utc_ns >= s.latest_ns) {
      s.latest_ns = sample.utc_ns;
      return false;
    }
    ++s.num_reversed;
    s.most_ns = std::max(s.most_ns, s.latest_ns - sample.utc_ns);
    return true;
  });
  for (const auto& [key, s] : seen) {
    if (s.num_reversed == 0) continue;
    trace.problems.push_back(fmt::format(
        "{}: {} samples are left out because their time runs backwards, by up to {:.3f} s",
        trace.devices[key.first].name, s.num_reversed, static_cast<double>(s.most_ns) * 1e-9));
  }
}

}  // namespace sciwright::energy
